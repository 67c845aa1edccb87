import type { Identity } from '@quotefleet/contracts';
import { AppError, clientAddress } from '@quotefleet/service-kit';
import type { Request, Response } from 'express';
import { LRUCache } from 'lru-cache';
import type { CheckAccess, CheckedRoute } from '../access/check-access.ts';
import { noteCall } from '../audit/note-call.ts';
import type { GatewayEvents } from '../events.ts';
import type { Claims } from '../rate-limit/claims.ts';
import type { CountCall } from '../rate-limit/count-calls.ts';
import type { Route } from '../routes/route.ts';
import type { Identify } from './identify.ts';

/** Credentials that have proved good here lately; they are asked about without being counted as a guess. */
const PROVED_MAX = 10_000;
const PROVED_MS = 600_000;

/** What admission needs to know of a route. */
export type AdmittedRoute = CheckedRoute & Pick<Route, 'cost' | 'failMode'>;

interface AdmissionDependencies {
  identify: Identify;
  countCall: CountCall;
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

export function createAdmission({ identify, countCall, claims, checkAccess, events }: AdmissionDependencies): Admit {
  const proved = new LRUCache<string, true>({ max: PROVED_MAX, ttl: PROVED_MS });

  async function authenticate(request: Request, response: Response, route: AdmittedRoute): Promise<Identity> {
    const { mark, prove } = identify(request);
    const guess = { ...route, cost: 1 };
    try {
      // Beyond it guesses do not reach auth.
      if (mark !== undefined && !proved.has(mark))
        await countCall(claims().ofCredentials(clientAddress(request)), guess, response);
      const identity = await prove();
      if (mark !== undefined) proved.set(mark, true);
      return identity;
    } catch (error) {
      if (error instanceof AppError && error.code === 'UNAUTHENTICATED') {
        if (mark !== undefined) proved.delete(mark);
        events.refused('unauthenticated');
        // A wrong guess is an anonymous call besides.
        await countCall(claims().ofAddress(clientAddress(request), route.id), guess, response);
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
      await countCall(claims().ofAddress(clientAddress(request), route.id), route, response);
      check(undefined, route);
      return undefined;
    }
    const identity = await authenticate(request, response, route);
    noteCall(request, { identity });
    await countCall(claims().ofIdentity(identity, route.id), route, response);
    check(identity, route);
    return identity;
  };
}
