import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { RateClaim, RateLimiter } from './rate-limiter.ts';

/** Slow enough that a token comes in no time that a test takes, unless it moves the clock. */
const POLICY = { name: 'test', capacity: 3, refillPerSecond: 0.5 };

interface Subject {
  limiter: RateLimiter;
  /** Moves the limiter's clock on by these ms at least. */
  advance: (ms: number) => Promise<void>;
}

/** What every RateLimiter does. */
export function describeRateLimiter(name: string, create: () => Promise<Subject>): void {
  describe(name, () => {
    const claim = (size: Partial<typeof POLICY> = {}): RateClaim => ({
      key: `test:${randomBytes(6).toString('hex')}`,
      policy: { ...POLICY, ...size },
    });

    it('lets a burst through up to the capacity, then refuses and says when to come back', async () => {
      const { limiter } = await create();
      const bucket = claim();
      const verdicts = [];
      for (let call = 0; call < 4; call++) verdicts.push(await limiter.take([bucket], 1));
      expect(verdicts.map(({ allowed }) => allowed)).toEqual([true, true, true, false]);
      expect(verdicts.map(({ levels }) => levels[0]?.remaining)).toEqual([2, 1, 0, 0]);
      const [first, , last, refused] = verdicts.map(({ levels }) => levels[0]);
      expectNearly(first?.resetMs, 2000);
      expectNearly(last?.resetMs, 6000);
      expect(last?.retryMs).toBe(0);
      expectNearly(refused?.retryMs, 2000);
      expectNearly(refused?.resetMs, 6000);
    });

    it('refills at its rate and not beyond its capacity', async () => {
      const { limiter, advance } = await create();
      const bucket = claim({ refillPerSecond: 5 });
      for (let call = 0; call < 3; call++) await limiter.take([bucket], 1);
      await advance(1100);
      const { levels } = await limiter.take([bucket], 3);
      expect(levels[0]).toMatchObject({ remaining: 0, retryMs: 0 });
    });

    it('costs a refused client nothing', async () => {
      const { limiter, advance } = await create();
      const bucket = claim({ capacity: 1, refillPerSecond: 1 });
      for (let call = 0; call < 20; call++) await limiter.take([bucket], 1);
      await advance(1000);
      expect((await limiter.take([bucket], 1)).allowed).toBe(true);
    });

    it('takes from every bucket or from none', async () => {
      const { limiter } = await create();
      const [wide, narrow, other] = [claim(), claim({ capacity: 1 }), claim()];
      expect((await limiter.take([wide, narrow, other], 1)).allowed).toBe(true);
      for (let call = 0; call < 5; call++) {
        const { allowed, levels } = await limiter.take([wide, narrow, other], 1);
        expect(allowed).toBe(false);
        expect(levels.map(({ retryMs }) => retryMs > 0)).toEqual([false, true, false]);
        expect(levels[1]?.remaining).toBe(0);
      }
      const kept = await limiter.inspect([wide.key, narrow.key, other.key]);
      expect(kept.map((bucket) => bucket?.remaining)).toEqual([2, 0, 2]);
      expect((await limiter.take([wide, other], 2)).allowed).toBe(true);
    });

    it('takes what a call costs, and all of a bucket that cannot hold so much', async () => {
      const { limiter } = await create();
      const bucket = claim();
      expect((await limiter.take([bucket], 2)).levels[0]?.remaining).toBe(1);
      const refused = await limiter.take([bucket], 2);
      expect(refused).toMatchObject({ allowed: false, levels: [{ remaining: 1 }] });
      expectNearly(refused.levels[0]?.retryMs, 2000);
      expect((await limiter.take([claim()], 50)).levels[0]?.remaining).toBe(0);
      expect(await limiter.take([bucket], 0)).toMatchObject({ allowed: true, levels: [{ remaining: 1 }] });
    });

    it('counts each key by itself, and calls at once one by one', async () => {
      const { limiter } = await create();
      const bucket = claim();
      const verdicts = await Promise.all(Array.from({ length: 10 }, () => limiter.take([bucket], 1)));
      expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(3);
      expect((await limiter.take([claim()], 1)).allowed).toBe(true);
    });

    it('judges calls at once in their order, each by all of its buckets', async () => {
      const { limiter } = await create();
      const [wide, narrow] = [claim({ capacity: 100 }), claim()];
      const calls = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? [wide, narrow] : [narrow]));
      const verdicts = await Promise.all(calls.map((claims) => limiter.take(claims, 1)));
      expect(verdicts.map(({ allowed }) => allowed)).toEqual(calls.map((_, index) => index < 3));
      const [left, none] = await limiter.inspect([wide.key, narrow.key]);
      expect([left?.remaining, none?.remaining]).toEqual([98, 0]);
    });

    it('follows a policy that has changed from the next call on', async () => {
      const { limiter } = await create();
      const bucket = claim();
      await limiter.take([bucket], 1);
      const smaller = { ...bucket, policy: { ...POLICY, capacity: 1 } };
      expect((await limiter.take([smaller], 1)).levels[0]?.remaining).toBe(0);
      expect((await limiter.take([bucket], 1)).allowed).toBe(false);
    });

    it('shows the buckets that are not full, and fills them', async () => {
      const { limiter } = await create();
      const [used, untouched] = [claim(), claim()];
      await limiter.take([used], 2);
      const keys = [untouched.key, used.key];
      const [none, bucket] = await limiter.inspect(keys);
      expect(none).toBeUndefined();
      expect(bucket).toMatchObject({ capacity: 3, refillPerSecond: 0.5, remaining: 1 });
      expectNearly(bucket?.resetMs, 4000);
      expect(await limiter.reset(keys)).toBe(1);
      expect(await limiter.inspect(keys)).toEqual([undefined, undefined]);
      expect((await limiter.take([used], 3)).allowed).toBe(true);
    });

    it('forgets a bucket once it is full', async () => {
      const { limiter, advance } = await create();
      const bucket = claim({ refillPerSecond: 1 });
      await limiter.take([bucket], 1);
      await advance(1100);
      expect(await limiter.inspect([bucket.key])).toEqual([undefined]);
    });
  });
}

/** The clock of a server has gone on in the meantime. */
function expectNearly(value: number | undefined, ms: number): void {
  expect(value).toBeLessThanOrEqual(ms);
  expect(value).toBeGreaterThan(ms - 1500);
}
