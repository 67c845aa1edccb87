import { describe, expect, it } from '@jest/globals';
import { Frame, RoomMessage } from './frame.ts';

describe('Frame', () => {
  it('is one node for all that get the same messages, and another for those that get others', () => {
    const [a, b, c] = [new RoomMessage('1'), new RoomMessage('2'), new RoomMessage('3')];
    const root = new Frame();
    const both = [root.extend(a), root.extend(a)].map((frame) => frame.extend(b));
    const other = root.extend(b);
    expect(both[0]).toBe(both[1]);
    expect(other).not.toBe(both[0]);
    expect(both[0]?.extend(c).toPacket()).toBe('2/market,["messages",[1,2,3]]');
    expect(other.extend(c).toPacket()).toBe('2/market,["messages",[2,3]]');
  });

  it.each([1, 60, 200, 70_000])('is a WebSocket text frame around a message of %d characters', (length) => {
    const frame = new Frame().extend(new RoomMessage(`"${'股'.repeat(length)}"`));
    const wire = frame.toWire();
    expect(wire[0]).toBe(0x81);
    const { payload, rest } = unframe(wire);
    expect(payload).toBe(`4${frame.toPacket()}`);
    expect(rest).toBe(0);
  });
});

function unframe(wire: Buffer): { payload: string; rest: number } {
  const short = wire[1] ?? 0;
  const [start, length] =
    short === 127 ? [10, Number(wire.readBigUInt64BE(2))] : short === 126 ? [4, wire.readUInt16BE(2)] : [2, short];
  return { payload: wire.toString('utf8', start, start + length), rest: wire.length - start - length };
}
