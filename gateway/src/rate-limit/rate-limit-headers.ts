import type { ServerResponse } from 'node:http';
import type { RatePolicy, RateVerdict } from './rate-limiter.ts';

/** RateLimit and RateLimit-Policy as in draft-ietf-httpapi-ratelimit-headers-11: the window is the time to refill. */
export function setRateLimitHeaders(response: ServerResponse, policy: RatePolicy, verdict: RateVerdict): void {
  const windowSeconds = Math.ceil(policy.capacity / policy.refillPerSecond);
  response.setHeader('RateLimit-Policy', `"${policy.name}";q=${policy.capacity};w=${windowSeconds}`);
  response.setHeader('RateLimit', `"${policy.name}";r=${verdict.remaining};t=${verdict.resetSeconds}`);
}
