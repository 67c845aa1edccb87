import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EARLIEST_MS, LATEST_MS, placeOf, timeCondition, toMilliseconds, toNanoseconds } from './point-time.ts';

const ms = fc.integer({ min: EARLIEST_MS, max: LATEST_MS });
const sequence = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -2_000_001, max: 2_000_001 }));

describe('the time of a point', () => {
  it('is the millisecond with six digits for the sequence', () => {
    expect(toNanoseconds(1_795_190_399_000, 42)).toBe('1795190399000000042');
    expect(toNanoseconds(0, 7)).toBe('7');
    expect(toNanoseconds(-1, 999_999)).toBe('-1');
  });

  it('differs for any two sequence numbers, together with the tag', () => {
    fc.assert(
      fc.property(sequence, (number) => {
        const { sub, k } = placeOf(number);
        expect(sub >= 0 && sub < 1_000_000 && Number.isInteger(k)).toBe(true);
        expect(BigInt(k) * 1_000_000n + BigInt(sub)).toBe(BigInt(number));
      }),
    );
  });

  it('gives its millisecond back, though the server tells microseconds only', () => {
    fc.assert(
      fc.property(ms, sequence, (time, number) => {
        const { sub } = placeOf(number);
        const microseconds = BigInt(toNanoseconds(time, sub)) / 1_000n;
        expect(toMilliseconds(Number(microseconds), sub)).toBe(time);
      }),
    );
  });

  it('stays within what the server knows when a range does not', () => {
    const condition = timeCondition({ from: Number.NEGATIVE_INFINITY, to: Number.MAX_SAFE_INTEGER });
    expect(condition).toBe(' AND time >= -9223372036853000000 AND time < 9223372036854000000');
    expect(timeCondition({})).toBe('');
  });
});
