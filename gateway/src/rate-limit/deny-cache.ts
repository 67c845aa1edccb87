import { LRUCache } from 'lru-cache';
import type { RateClaim, RateLimiter, RateVerdict } from './rate-limiter.ts';

const DENIALS_MAX = 50_000;
/** A reset that another node was asked for is felt after this long at most. */
const DENIAL_MAX_MS = 5000;

interface Denial {
  /** A cheaper call may find enough. */
  cost: number;
  remaining: number;
  resetAt: number;
  retryAt: number;
}

export interface DenyCache extends RateLimiter {
  /** Forgets every refusal, for when the policies have changed. */
  forget(): void;
}

/**
 * Refuses what a bucket has just refused, until it can hold enough again: a client that floods costs no call of the
 * limiter behind. `now` is a clock in ms that never goes back.
 */
export function withDenyCache(
  limiter: RateLimiter,
  { now = () => performance.now(), onDenied }: { now?: () => number; onDenied?: () => void } = {},
): DenyCache {
  const denials = new LRUCache<string, Denial>({ max: DENIALS_MAX });

  function find(claims: readonly RateClaim[], cost: number): RateVerdict | undefined {
    if (denials.size === 0) return undefined;
    const at = now();
    const levels = claims.map(({ key, policy }) => {
      const denial = denials.get(key);
      const denied = denial !== undefined && denial.retryAt > at && denial.cost <= cost;
      // What the other buckets hold is not known here, and does not matter.
      if (!denied) return { remaining: policy.capacity, resetMs: 0, retryMs: 0 };
      const { remaining, resetAt, retryAt } = denial;
      return { remaining, resetMs: Math.ceil(resetAt - at), retryMs: Math.ceil(retryAt - at) };
    });
    return levels.some(({ retryMs }) => retryMs > 0) ? { allowed: false, levels } : undefined;
  }

  function remember(claims: readonly RateClaim[], cost: number, { levels }: RateVerdict): void {
    const at = now();
    for (const [index, { key }] of claims.entries()) {
      const { remaining = 0, resetMs = 0, retryMs = 0 } = levels[index] ?? {};
      if (retryMs === 0) continue;
      const denial = { cost, remaining, resetAt: at + resetMs, retryAt: at + retryMs };
      denials.set(key, denial, { ttl: Math.min(retryMs, DENIAL_MAX_MS) });
    }
  }

  return {
    async take(claims, cost) {
      const denied = find(claims, cost);
      if (denied) {
        onDenied?.();
        return denied;
      }
      const verdict = await limiter.take(claims, cost);
      if (!verdict.allowed) remember(claims, cost, verdict);
      return verdict;
    },
    inspect: (keys) => limiter.inspect(keys),
    reset(keys) {
      for (const key of keys) denials.delete(key);
      return limiter.reset(keys);
    },
    forget: () => denials.clear(),
  };
}
