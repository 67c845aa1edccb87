/** A token bucket: `capacity` tokens at once, then `refillPerSecond` a second. */
export interface RatePolicy {
  name: string;
  capacity: number;
  refillPerSecond: number;
  /** Of many clients together: one of them is told of it only where it refuses. */
  isShared?: boolean;
}

/** A bucket that a call takes from. */
export interface RateClaim {
  /** Whose bucket: `user:u1`. */
  key: string;
  policy: RatePolicy;
}

/** A bucket after a call was judged. */
export interface BucketLevel {
  /** Whole tokens left. */
  remaining: number;
  /** Time until it is full again. */
  resetMs: number;
  /** Time until it holds what the call costs; 0 where it did. */
  retryMs: number;
}

export interface RateVerdict {
  allowed: boolean;
  /** The buckets of the claims, in their order. Of a refused call only those that refused say what is left. */
  levels: readonly BucketLevel[];
}

/** A bucket as it is kept. One that is full is not kept. */
export interface KeptBucket extends Pick<RatePolicy, 'capacity' | 'refillPerSecond'> {
  remaining: number;
  resetMs: number;
}

/** Counts calls in token buckets. */
export interface RateLimiter {
  /**
   * Takes `cost` tokens out of every bucket, or none out of any: a refused call costs nothing. A call that costs more
   * than a bucket can hold takes all of it.
   */
  take(claims: readonly RateClaim[], cost: number): Promise<RateVerdict>;
  /** The buckets of these keys, in their order; undefined where one is full or was never used. */
  inspect(keys: readonly string[]): Promise<(KeptBucket | undefined)[]>;
  /** Makes these buckets full; how many were not. */
  reset(keys: readonly string[]): Promise<number>;
}
