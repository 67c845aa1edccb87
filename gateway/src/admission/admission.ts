import type { Identity } from '@quotefleet/contracts';
import { AppError, clientAddress } from '@quotefleet/service-kit';
import type { Request, Response } from 'express';
import { LRUCache } from 'lru-cache';
import type { CheckAccess, CheckedRoute } from '../access/check-access.ts';
import { noteCall } from '../audit/note-call.ts';
import type { GatewayEvents } from '../events.ts';
import type { Claims } from '../rate-limit/claims.ts';
import type { RateGuard } from '../rate-limit/rate-guard.ts';
import { retryAfterSeconds, setRateLimitHeaders } from '../rate-limit/rate-limit-headers.ts';
import type { RateClaim, RateVerdict } from '../rate-limit/rate-limiter.ts';
import type { Route } from '../routes/route.ts';
import type { Identify } from './identify.ts';

const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded';
/** Credentials that have proved good here lately; they are asked about without being counted as a guess. */
const PROVED_MAX = 10_000;
const PROVED_MS = 600_000;

/** What admission needs to know of a route. */
export type AdmittedRoute = CheckedRoute & Pick<Route, 'cost' | 'failMode'>;

interface AdmissionDependencies {
  identify: Identify;
  guard: RateGuard;
  /** Under the limits of the moment. */
  claims: () => Claims;
  checkAccess: CheckAccess;
  events: GatewayEvents;
}

/**
 * Lets a request through, and tells whose it is; nobody's where the route is public.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN, RATE_LIMITED, or UNAVAILABLE when auth or the limiter cannot be asked
 */
export type Admit = (request: Request, response: Response, route: AdmittedRoute) => Promise<Identity | undefined>;

export function createAdmission({ identify, guard, claims, checkAccess, events }: AdmissionDependencies): Admit {
  const proved = new LRUCache<string, true>({ max: PROVED_MAX, ttl: PROVED_MS });

  async function count(response: Response, asked: RateClaim[], { cost, failMode }: AdmittedRoute): Promise<void> {
    // What takes nothing is refused by no bucket.
    if (cost === 0) return;
    const verdict = await guard.take(asked, cost, failMode);
    setRateLimitHeaders(response, asked, verdict);
    const [first] = asked;
    if (!verdict.allowed) throw refusal(asked, verdict);
    if (first) events.rateAllowed(first.policy.name);
  }

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

  async function authenticate(request: Request, response: Response, route: AdmittedRoute): Promise<Identity> {
    const { mark, prove } = identify(request);
    const guess = { ...route, cost: 1 };
    try {
      // Beyond it guesses do not reach auth.
      if (mark !== undefined && !proved.has(mark))
        await count(response, claims().ofCredentials(clientAddress(request)), guess);
      const identity = await prove();
      if (mark !== undefined) proved.set(mark, true);
      return identity;
    } catch (error) {
      if (error instanceof AppError && error.code === 'UNAUTHENTICATED') {
        if (mark !== undefined) proved.delete(mark);
        events.refused('unauthenticated');
        // A wrong guess is an anonymous call besides.
        await count(response, claims().ofAddress(clientAddress(request), route.id), guess);
        response.setHeader('WWW-Authenticate', 'Bearer realm="quotefleet"');
      }
      throw error;
    }
  }

  function check(identity: Identity | undefined, route: AdmittedRoute): void {
    try {
      checkAccess(identity, route);
    } catch (error) {
      events.refused('forbidden');
      throw error;
    }
  }

  return async (request, response, route) => {
    const { access } = route;
    noteCall(request, { route: route.id, access });
    if (access === 'public') {
      await count(response, claims().ofAddress(clientAddress(request), route.id), route);
      check(undefined, route);
      return undefined;
    }
    const identity = await authenticate(request, response, route);
    noteCall(request, { identity });
    await count(response, claims().ofIdentity(identity, route.id), route);
    check(identity, route);
    return identity;
  };
}
