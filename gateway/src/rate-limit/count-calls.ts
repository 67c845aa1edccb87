import type { ServerResponse } from 'node:http';
import { AppError } from '@quotefleet/service-kit';
import type { GatewayEvents } from '../events.ts';
import type { Route } from '../routes/route.ts';
import type { RateGuard } from './rate-guard.ts';
import { retryAfterSeconds, setRateLimitHeaders } from './rate-limit-headers.ts';
import type { RateClaim, RateVerdict } from './rate-limiter.ts';

const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded';

/**
 * Takes what a call costs out of its buckets, and tells in the headers of its answer, where it has one yet, what is left.
 * @throws AppError RATE_LIMITED, or UNAVAILABLE when the limiter cannot be asked and the call's mode is `closed`
 */
export type CountCall = (
  asked: readonly RateClaim[],
  call: Pick<Route, 'cost' | 'failMode'>,
  response?: ServerResponse,
) => Promise<void>;

interface CountCallsDependencies {
  guard: RateGuard;
  events: GatewayEvents;
}

export function createCountCall({ guard, events }: CountCallsDependencies): CountCall {
  function refusal(asked: readonly RateClaim[], verdict: RateVerdict): AppError {
    const refusing = asked.filter((_claim, index) => (verdict.levels[index]?.retryMs ?? 0) > 0);
    for (const { policy } of refusing) events.rateLimited(policy.name);
    const limits = refusing.map(({ policy }) => {
      return `'${policy.name}' (${policy.capacity} at once, ${policy.refillPerSecond} a second)`;
    });
    return new AppError('RATE_LIMITED', `over the limit ${limits.join(' and ')}`, {
      retryAfterSeconds: retryAfterSeconds(verdict),
      problemType: QUOTA_EXCEEDED,
      violatedPolicies: refusing.map(({ policy }) => policy.name),
    });
  }

  return async (asked, { cost, failMode }, response) => {
    // What takes nothing is refused by no bucket.
    if (cost === 0) return;
    const verdict = await guard.take(asked, cost, failMode);
    if (response) setRateLimitHeaders(response, asked, verdict);
    const [first] = asked;
    if (!verdict.allowed) throw refusal(asked, verdict);
    if (first) events.rateAllowed(first.policy.name);
  };
}
