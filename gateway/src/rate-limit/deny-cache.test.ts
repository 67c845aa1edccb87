import { beforeEach, describe, expect, it } from '@jest/globals';
import { type DenyCache, withDenyCache } from './deny-cache.ts';
import { createInMemoryRateLimiter } from './in-memory-rate-limiter.ts';
import type { RateLimiter } from './rate-limiter.ts';

describe('the cache of refusals', () => {
  let nowMs: number;
  let asked: number;
  let cache: DenyCache;
  const narrow = { key: 'narrow', policy: { name: 'narrow', capacity: 4, refillPerSecond: 1 } };
  const wide = { key: 'wide', policy: { name: 'wide', capacity: 100, refillPerSecond: 1 } };

  beforeEach(() => {
    nowMs = 1000;
    asked = 0;
    const limiter = createInMemoryRateLimiter(() => nowMs * 1000);
    const counted: RateLimiter = {
      ...limiter,
      take: (claims, cost) => {
        asked += 1;
        return limiter.take(claims, cost);
      },
    };
    cache = withDenyCache(counted, { now: () => nowMs });
  });

  it('answers for the limiter until the bucket can hold enough', async () => {
    await cache.take([narrow], 4);
    expect((await cache.take([narrow], 2)).levels[0]?.retryMs).toBe(2000);
    nowMs += 1500;
    for (let call = 0; call < 100; call++) {
      const { allowed, levels } = await cache.take([wide, narrow], 2);
      expect(allowed).toBe(false);
      expect(levels.map(({ retryMs }) => retryMs)).toEqual([0, 500]);
      expect(levels[1]).toMatchObject({ remaining: 0, resetMs: 2500 });
    }
    expect(asked).toBe(2);
    nowMs += 500;
    expect((await cache.take([wide, narrow], 2)).allowed).toBe(true);
    expect(asked).toBe(3);
  });

  it('asks for a cheaper call, and for other buckets', async () => {
    await cache.take([narrow], 3);
    expect((await cache.take([narrow], 2)).allowed).toBe(false);
    expect((await cache.take([wide], 2)).allowed).toBe(true);
    expect((await cache.take([narrow], 1)).allowed).toBe(true);
    expect((await cache.take([narrow], 3)).allowed).toBe(false);
    expect(asked).toBe(4);
  });

  it('forgets what was reset, and everything where the policies change', async () => {
    await cache.take([narrow], 4);
    expect((await cache.take([narrow], 1)).allowed).toBe(false);
    expect(await cache.reset(['narrow'])).toBe(1);
    expect((await cache.take([narrow], 4)).allowed).toBe(true);
    expect((await cache.take([narrow], 1)).allowed).toBe(false);
    cache.forget();
    await cache.take([narrow], 1);
    expect(asked).toBe(5);
  });
});
