import type { BucketLevel, KeptBucket, RatePolicy } from './rate-limiter.ts';

/** Tokens and rates are counted in whole millionths, so that no fraction is lost or made up. */
export const MICRO = 1_000_000;
const US_PER_MS = 1000;

type Rate = Pick<RatePolicy, 'capacity' | 'refillPerSecond'>;

/** What is kept of a bucket that is not full. */
export interface Bucket extends Rate {
  /** Millionths of a token, a whole number. */
  left: number;
  /** When that was so, in microseconds. */
  atUs: number;
}

/** Millionths of a token that come in a second, a whole number. */
export function microRate({ refillPerSecond }: Rate): number {
  return Math.max(1, Math.round(refillPerSecond * MICRO));
}

/** Millionths of a token in a bucket now. A clock that went back refills nothing. */
export function leftAt(bucket: Bucket | undefined, rate: Rate, nowUs: number): number {
  const full = rate.capacity * MICRO;
  if (bucket === undefined) return full;
  const elapsedUs = Math.max(0, nowUs - bucket.atUs);
  return Math.min(full, bucket.left + Math.floor((elapsedUs * microRate(rate)) / MICRO));
}

/** What a call costs in this bucket, in millionths: never more than the bucket can hold. */
export function costIn({ capacity }: Rate, cost: number): number {
  return Math.min(cost, capacity) * MICRO;
}

/** A bucket that holds `left`, as its users are told; `needed` is what the call looked for and did not find. */
export function levelOf(rate: Rate, left: number, needed = 0): BucketLevel {
  return {
    remaining: Math.floor(left / MICRO),
    resetMs: refillMs(rate, rate.capacity * MICRO - left),
    retryMs: refillMs(rate, Math.max(0, needed - left)),
  };
}

/** A kept bucket as it is now; undefined once it is full. */
export function viewOf(bucket: Bucket, nowUs: number): KeptBucket | undefined {
  const { capacity, refillPerSecond } = bucket;
  const { remaining, resetMs } = levelOf(bucket, leftAt(bucket, bucket, nowUs));
  return resetMs === 0 ? undefined : { capacity, refillPerSecond, remaining, resetMs };
}

function refillMs(rate: Rate, units: number): number {
  return Math.ceil((units * MICRO) / microRate(rate) / US_PER_MS);
}
