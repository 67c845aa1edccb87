import { describe, expect, it } from '@jest/globals';
import type { RateLimiter } from './rate-limiter.ts';

const POLICY = { name: 'test', capacity: 3, refillPerSecond: 2 };

/** What every RateLimiter does; `advance` moves its clock by some ms. */
export function describeRateLimiter(
  name: string,
  create: () => Promise<{ limiter: RateLimiter; advance: (ms: number) => Promise<void> }>,
): void {
  describe(name, () => {
    it('lets a burst through up to the capacity, then refuses', async () => {
      const { limiter } = await create();
      const verdicts = [];
      for (let call = 0; call < 4; call++) verdicts.push(await limiter.take('a', POLICY));
      expect(verdicts).toEqual([
        { allowed: true, remaining: 2, resetSeconds: 1 },
        { allowed: true, remaining: 1, resetSeconds: 1 },
        { allowed: true, remaining: 0, resetSeconds: 2 },
        { allowed: false, remaining: 0, resetSeconds: 1 },
      ]);
    });

    it('refills at its rate and not beyond its capacity', async () => {
      const { limiter, advance } = await create();
      for (let call = 0; call < 3; call++) await limiter.take('a', POLICY);
      await advance(499);
      expect((await limiter.take('a', POLICY)).allowed).toBe(false);
      await advance(1);
      expect((await limiter.take('a', POLICY)).allowed).toBe(true);
      await advance(60_000);
      expect((await limiter.take('a', POLICY)).remaining).toBe(2);
    });

    it('costs a refused client nothing', async () => {
      const { limiter, advance } = await create();
      for (let call = 0; call < 20; call++) await limiter.take('a', POLICY);
      await advance(500);
      expect((await limiter.take('a', POLICY)).allowed).toBe(true);
    });

    it('counts each key by itself, and calls at once one by one', async () => {
      const { limiter } = await create();
      const verdicts = await Promise.all(Array.from({ length: 10 }, () => limiter.take('a', POLICY)));
      expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(3);
      expect((await limiter.take('b', POLICY)).allowed).toBe(true);
    });

    it('says how long a slow bucket takes', async () => {
      const { limiter } = await create();
      const slow = { name: 'slow', capacity: 1, refillPerSecond: 0.1 };
      expect(await limiter.take('a', slow)).toEqual({ allowed: true, remaining: 0, resetSeconds: 10 });
      expect(await limiter.take('a', slow)).toEqual({ allowed: false, remaining: 0, resetSeconds: 10 });
    });
  });
}
