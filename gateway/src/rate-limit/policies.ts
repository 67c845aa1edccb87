import type { RatePolicy } from './rate-limiter.ts';

/** One policy per address for calls without an identity, and one per role; other roles count as `user`. */
export type RateLimits = Readonly<Record<'anonymous' | 'user', RatePolicy>> & Readonly<Record<string, RatePolicy>>;

export const DEFAULT_LIMITS: RateLimits = {
  anonymous: { name: 'anonymous', capacity: 10, refillPerSecond: 2 },
  user: { name: 'user', capacity: 100, refillPerSecond: 10 },
  service: { name: 'service', capacity: 1000, refillPerSecond: 200 },
  admin: { name: 'admin', capacity: 5000, refillPerSecond: 2000 },
};
