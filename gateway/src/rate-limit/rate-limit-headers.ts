import type { ServerResponse } from 'node:http';
import type { BucketLevel, RateClaim, RatePolicy, RateVerdict } from './rate-limiter.ts';

const MS_PER_SECOND = 1000;

/**
 * RateLimit and RateLimit-Policy as in draft-ietf-httpapi-ratelimit-headers-11, an item for each policy: the window is
 * the time to refill. A policy of many clients together is told of where it refuses, and what an allowed client may
 * still do is not; a refusal tells of what it is for alone, so that Retry-After is no earlier than any `t`.
 */
export function setRateLimitHeaders(
  response: ServerResponse,
  claims: readonly RateClaim[],
  { allowed, levels }: RateVerdict,
): void {
  let policies = '';
  let limits = '';
  for (const [index, { policy }] of claims.entries()) {
    const level = levels[index];
    if (!level) continue;
    const refuses = level.retryMs > 0;
    if (policy.isShared && !refuses) continue;
    policies += `${policies && ', '}${policyItem(policy)}`;
    if (allowed || refuses) limits += `${limits && ', '}${limitItem(policy, level)}`;
  }
  response.setHeader('RateLimit-Policy', policies);
  response.setHeader('RateLimit', limits);
}

/** Seconds after which every bucket that refused holds enough, 1 at least. */
export function retryAfterSeconds({ levels }: RateVerdict): number {
  return Math.max(1, ...levels.map(({ retryMs }) => Math.ceil(retryMs / MS_PER_SECOND)));
}

function policyItem({ name, capacity, refillPerSecond }: RatePolicy): string {
  return `"${name}";q=${capacity};w=${Math.ceil(capacity / refillPerSecond)}`;
}

function limitItem({ name }: RatePolicy, { remaining, resetMs, retryMs }: BucketLevel): string {
  return `"${name}";r=${remaining};t=${Math.ceil((retryMs || resetMs) / MS_PER_SECOND)}`;
}
