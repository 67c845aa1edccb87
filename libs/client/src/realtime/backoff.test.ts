import { describe, expect, it } from '@jest/globals';
import { reconnectDelay } from './backoff.ts';

describe('reconnectDelay', () => {
  it('is 3 s five times, then doubles up to a minute', () => {
    const delays = Array.from({ length: 12 }, (_, index) => reconnectDelay(index + 1, {}, () => 0));
    expect(delays).toEqual([...Array(5).fill(3000), 6000, 12_000, 24_000, 48_000, 60_000, 60_000, 60_000]);
  });

  it('draws a share of a doubled wait by lot, and none of the first ones', () => {
    expect(reconnectDelay(5, {}, () => 1)).toBe(3000);
    expect(reconnectDelay(6, {}, () => 1)).toBe(3000);
    expect(reconnectDelay(100, { jitter: 0.2 }, () => 0.5)).toBe(54_000);
  });

  it('takes a schedule of the caller', () => {
    const schedule = { firstMs: 100, firstAttempts: 2, longestMs: 500, jitter: 0 };
    expect([1, 2, 3, 4, 5].map((attempt) => reconnectDelay(attempt, schedule))).toEqual([100, 100, 200, 400, 500]);
  });
});
