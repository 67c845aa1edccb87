import { LRUCache } from 'lru-cache';
import { type Bucket, costIn, leftAt, levelOf, viewOf } from './bucket.ts';
import type { BucketLevel, RateLimiter } from './rate-limiter.ts';

/** Buckets kept; the one that was idle longest goes first, and comes back full. */
const BUCKETS_MAX = 100_000;

/** Buckets of this process alone. `nowUs` is a clock in whole microseconds that never goes back. */
export function createInMemoryRateLimiter(
  nowUs: () => number = () => Math.floor(performance.now() * 1000),
): RateLimiter {
  const buckets = new LRUCache<string, Bucket>({ max: BUCKETS_MAX });
  const inspect = async (keys: readonly string[]) => {
    const now = nowUs();
    return keys.map((key) => {
      const bucket = buckets.peek(key);
      return bucket && viewOf(bucket, now);
    });
  };
  return {
    async take(claims, cost) {
      const now = nowUs();
      const lefts = claims.map(({ key, policy }) => leftAt(buckets.get(key), policy, now));
      const allowed = claims.every(({ policy }, index) => (lefts[index] ?? 0) >= costIn(policy, cost));
      const levels = claims.map(({ key, policy }, index): BucketLevel => {
        const left = lefts[index] ?? 0;
        const units = costIn(policy, cost);
        if (!allowed) return levelOf(policy, left, units);
        const { capacity, refillPerSecond } = policy;
        if (units > 0) buckets.set(key, { left: left - units, atUs: now, capacity, refillPerSecond });
        return levelOf(policy, left - units);
      });
      return { allowed, levels };
    },
    inspect,
    async reset(keys) {
      const kept = (await inspect(keys)).filter((bucket) => bucket !== undefined);
      for (const key of keys) buckets.delete(key);
      return kept.length;
    },
  };
}
