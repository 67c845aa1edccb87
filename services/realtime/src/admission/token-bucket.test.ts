import { describe, expect, it } from '@jest/globals';
import { TokenBucket } from './token-bucket.ts';

describe('TokenBucket', () => {
  it('lets a second of calls through at once, then as many as the rate', () => {
    let now = 0;
    const bucket = new TokenBucket(10, { spreadMaxMs: 30_000, now: () => now });
    const admitted = () => Array.from({ length: 50 }, () => bucket.take()).filter((wait) => wait === 0).length;
    expect(admitted()).toBe(10);
    now += 500;
    expect(admitted()).toBe(5);
    now += 60_000;
    expect(admitted()).toBe(10);
  });

  it('tells those refused turns that are spread at the rate, and none later than the longest wait', () => {
    const bucket = new TokenBucket(10, { spreadMaxMs: 5000, now: () => 0 });
    for (let call = 0; call < 10; call++) bucket.take();
    const waits = Array.from({ length: 1000 }, () => bucket.take());
    expect(waits.slice(0, 3)).toEqual([1100, 1200, 1300]);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(5000);
    // No moment is told to many more than can be admitted by then.
    const perTurn = Map.groupBy(waits, (wait) => wait);
    expect(Math.max(...[...perTurn.values()].map((group) => group.length))).toBeLessThanOrEqual(Math.ceil(1000 / 40));
  });
});
