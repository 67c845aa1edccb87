/** A token bucket: `capacity` requests at once, then `refillPerSecond` a second. */
export interface RatePolicy {
  name: string;
  capacity: number;
  refillPerSecond: number;
}

export interface RateVerdict {
  allowed: boolean;
  /** Whole requests left. */
  remaining: number;
  /** Seconds until the bucket is full again; where refused, until the next request is let through. At least 1. */
  resetSeconds: number;
}

/** Counts requests per client. */
export interface RateLimiter {
  /** Takes one token out of the bucket of `key` where there is one. */
  take(key: string, policy: RatePolicy): Promise<RateVerdict>;
}
