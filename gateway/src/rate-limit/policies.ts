import type { Identity } from '@quotefleet/contracts';
import type { RatePolicy } from './rate-limiter.ts';

/** One policy per role, and one per address for calls without an identity. */
export type RateLimits = Readonly<Record<Identity['role'] | 'anonymous', RatePolicy>>;

export const DEFAULT_LIMITS: RateLimits = {
  anonymous: { name: 'anonymous', capacity: 10, refillPerSecond: 2 },
  user: { name: 'user', capacity: 100, refillPerSecond: 10 },
  service: { name: 'service', capacity: 1000, refillPerSecond: 200 },
  admin: { name: 'admin', capacity: 5000, refillPerSecond: 2000 },
};
