import { LRUCache } from 'lru-cache';
import type { RateLimiter } from './rate-limiter.ts';

/** Buckets kept; the one that was idle longest goes first, and comes back full. */
const BUCKETS_MAX = 100_000;

interface Bucket {
  tokens: number;
  /** When `tokens` was right, in ms. */
  at: number;
}

/** Buckets of this process alone. `now` is a clock in ms that never goes back. */
export function createInMemoryRateLimiter(now: () => number = () => performance.now()): RateLimiter {
  const buckets = new LRUCache<string, Bucket>({ max: BUCKETS_MAX });
  return {
    async take(key, { capacity, refillPerSecond }) {
      const at = now();
      const bucket = buckets.get(key) ?? { tokens: capacity, at };
      const refilled = Math.min(capacity, bucket.tokens + ((at - bucket.at) / 1000) * refillPerSecond);
      const allowed = refilled >= 1;
      const tokens = allowed ? refilled - 1 : refilled;
      buckets.set(key, { tokens, at });
      const missing = allowed ? capacity - tokens : 1 - tokens;
      return {
        allowed,
        remaining: Math.floor(tokens),
        resetSeconds: Math.max(1, Math.ceil(missing / refillPerSecond)),
      };
    },
  };
}
