import { describe, expect, it } from '@jest/globals';
import { decode } from '@msgpack/msgpack';
import { Frame } from './frame.ts';
import { RoomMessage } from './room-message.ts';

const message = (json: string) => new RoomMessage({ room: 'r', epoch: 'e', seq: 1, prevSeq: undefined }, json);

describe('Frame', () => {
  it('is one node for all that get the same messages, and another for those that get others', () => {
    const [a, b, c] = [message('1'), message('2'), message('3')];
    const root = new Frame();
    const both = [root.extend(a), root.extend(a)].map((frame) => frame.extend(b));
    const other = root.extend(b);
    expect(both[0]).toBe(both[1]);
    expect(other).not.toBe(both[0]);
    expect(both[0]?.extend(c).toPackets('json')).toEqual(['2/market,["messages",[1,2,3]]']);
    expect(other.extend(c).toPackets('json')).toEqual(['2/market,["messages",[2,3]]']);
  });

  it.each([1, 60, 200, 70_000])('is a WebSocket text frame around a message of %d characters', (length) => {
    const frame = new Frame().extend(message(`"${'股'.repeat(length)}"`));
    const [wire = Buffer.alloc(0)] = frame.toWire('json');
    expect(wire[0]).toBe(0x81);
    const { payload, rest } = unframe(wire);
    expect(payload.toString()).toBe(`4${frame.toPackets('json')[0]}`);
    expect(rest).toBe(0);
  });

  it.each([1, 60, 200, 70_000])('is a text and a binary frame as MessagePack, around %d messages', (count) => {
    const messages = Array.from({ length: count }, (_, seq) => ({ seq, text: '股' }));
    const frame = messages.reduce((root, one) => root.extend(message(JSON.stringify(one))), new Frame());
    const [text = Buffer.alloc(0), binary = Buffer.alloc(0)] = frame.toWire('msgpack');
    expect([text[0], binary[0]]).toEqual([0x81, 0x82]);
    expect(unframe(text).payload.toString()).toBe('451-/market,["messages",{"_placeholder":true,"num":0}]');
    expect(decode(unframe(binary).payload)).toEqual(messages);
    expect(frame.toPackets('msgpack')[1]).toEqual(unframe(binary).payload);
  });
});

function unframe(wire: Buffer): { payload: Buffer; rest: number } {
  const short = wire[1] ?? 0;
  const [start, length] =
    short === 127 ? [10, Number(wire.readBigUInt64BE(2))] : short === 126 ? [4, wire.readUInt16BE(2)] : [2, short];
  return { payload: wire.subarray(start, start + length), rest: wire.length - start - length };
}
