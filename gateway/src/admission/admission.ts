import type { Access, Identity } from '@quotefleet/contracts';
import { AppError, type Authenticator } from '@quotefleet/service-kit';
import type { Request, Response } from 'express';
import type { GatewayEvents } from '../events.ts';
import type { RateLimits } from '../rate-limit/policies.ts';
import { setRateLimitHeaders } from '../rate-limit/rate-limit-headers.ts';
import type { RateLimiter, RatePolicy } from '../rate-limit/rate-limiter.ts';
import { clientAddress } from '../transform/client-address.ts';
import { credentialsOf } from './credentials.ts';

interface AdmissionDependencies {
  authenticator: Authenticator;
  limiter: RateLimiter;
  limits: RateLimits;
  events: GatewayEvents;
}

/**
 * Lets a request through, and tells whose it is; nobody's where the endpoint is public.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN, RATE_LIMITED, or UNAVAILABLE when auth cannot be asked
 */
export type Admit = (request: Request, response: Response, access: Access) => Promise<Identity | undefined>;

export function createAdmission({ authenticator, limiter, limits, events }: AdmissionDependencies): Admit {
  async function count(response: Response, key: string, policy: RatePolicy): Promise<void> {
    const verdict = await limiter.take(key, policy);
    setRateLimitHeaders(response, policy, verdict);
    if (verdict.allowed) return;
    events.rateLimited(policy.name);
    const { capacity, refillPerSecond } = policy;
    throw new AppError('RATE_LIMITED', `over ${capacity} requests at once and ${refillPerSecond} a second`, {
      retryAfterSeconds: verdict.resetSeconds,
    });
  }

  const countAddress = (request: Request, response: Response) =>
    count(response, `ip:${clientAddress(request)}`, limits.anonymous);

  async function authenticate(request: Request, response: Response): Promise<Identity> {
    try {
      return await authenticator.authenticate(credentialsOf(request));
    } catch (error) {
      if (error instanceof AppError && error.code === 'UNAUTHENTICATED') {
        events.refused('unauthenticated');
        // Guessing keys is limited like any other anonymous call.
        await countAddress(request, response);
        response.setHeader('WWW-Authenticate', 'Bearer realm="quotefleet"');
      }
      throw error;
    }
  }

  return async (request, response, access) => {
    if (access === 'public') {
      await countAddress(request, response);
      return undefined;
    }
    const identity = await authenticate(request, response);
    await count(response, `client:${identity.client}`, limits[identity.role] ?? limits.user);
    if (identity.scopes.includes(access)) return identity;
    events.refused('forbidden');
    throw new AppError('FORBIDDEN', `this endpoint needs the scope ${access}`);
  };
}
