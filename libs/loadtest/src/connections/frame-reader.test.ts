import { describe, expect, it } from '@jest/globals';
import { encode } from '@msgpack/msgpack';
import { FrameReader } from './frame-reader.ts';

const TICK = { type: 'tick', room: 'tick:600519.SH', payload: {}, traceId: 't', epoch: 'e', seq: 2, prevSeq: 1, ts: 5 };
const GAP = { ...TICK, type: 'gap', payload: { from: 3, to: 7, reason: 'retention' }, seq: 7, prevSeq: 2 };

function frame(messages: unknown): Buffer {
  return Buffer.from(`42/market,["messages",${JSON.stringify(messages)}]`);
}

describe('FrameReader', () => {
  it('reads JSON and MessagePack alike', () => {
    const reader = new FrameReader();
    const text = frame([TICK, GAP]);
    expect(reader.isMessages(text)).toBe(true);
    expect(reader.isMessages(Buffer.from('2'))).toBe(false);
    const messages = reader.readText(text);
    expect(reader.readBinary(Buffer.from(encode([TICK, GAP])))).toEqual(messages);
    expect(messages[0]).toEqual({ type: 'tick', room: TICK.room, epoch: 'e', seq: 2, prevSeq: 1, ts: 5 });
    expect(messages[1]?.gap).toEqual({ reason: 'retention', missing: 5 });
  });

  it('parses equal frames once, and those of the same length that differ each', () => {
    const reader = new FrameReader();
    const first = reader.readText(frame([TICK]));
    expect(reader.readText(frame([TICK]))).toBe(first);
    expect(reader.readText(frame([{ ...TICK, seq: 3 }]))[0]?.seq).toBe(3);
  });

  it.each([['{}'], ['[{"type":"tick"}]'], ['[1]'], ['[']])('refuses %s', (body) => {
    const reader = new FrameReader();
    expect(() => reader.readText(Buffer.from(`42/market,["messages",${body}]`))).toThrow(/^expected/);
  });
});
