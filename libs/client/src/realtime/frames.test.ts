import { describe, expect, it } from '@jest/globals';
import { encode } from '@msgpack/msgpack';
import { ticks } from '../../tests/messages.ts';
import { decodeFrame } from './frames.ts';

describe('decodeFrame', () => {
  const messages = ticks(1, 3);
  const bytes = encode(messages);

  it('takes an array as it is', () => {
    expect(decodeFrame(messages)).toEqual(messages);
  });

  it('reads the MessagePack of an array, as Node and as browsers hand it over', () => {
    expect(decodeFrame(Buffer.from(bytes))).toEqual(messages);
    expect(decodeFrame(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))).toEqual(messages);
  });

  it.each([
    ['text', 'hello'],
    ['nothing', undefined],
    ['a message without sequence', [{ type: 'tick', room: 'tick:600519.SH' }]],
    ['a number in place of a message', [1]],
    ['MessagePack of something else', encode({ a: 1 })],
    ['bytes that are no MessagePack', Uint8Array.of(0xc1)],
  ])('refuses %s', (_what, data) => {
    expect(() => decodeFrame(data)).toThrow('a frame came that is malformed');
  });
});
