import { limitsApi } from '@quotefleet/contracts';
import { mount } from '@quotefleet/service-kit';
import { type RequestHandler, Router } from 'express';
import type { Admit } from '../admission/admission.ts';
import type { Claims } from './claims.ts';
import type { RateGuard } from './rate-guard.ts';

interface LimitsRouterDependencies {
  admit: Admit;
  guard: RateGuard;
  claims: () => Claims;
}

/** `/admin/limits/{client}`: what a client has left, and its reset. */
export function createLimitsRouter({ admit, guard, claims }: LimitsRouterDependencies): Router {
  const router = Router();
  const adminsOnly =
    (id: string): RequestHandler =>
    async (request, response, next) => {
      await admit(request, response, { id, access: 'admin', cost: 1, failMode: 'open' });
      next();
    };
  const { getLimits, resetLimits } = limitsApi;
  mount(
    router,
    getLimits,
    async ({ params: { client } }) => {
      const keys = claims().keysOf(client);
      const kept = await guard.inspect(keys);
      const buckets = kept.flatMap((bucket, index) =>
        bucket ? [{ bucket: bucketOf(keys[index] ?? ''), ...bucket }] : [],
      );
      return { client, buckets };
    },
    adminsOnly(getLimits.id),
  );
  mount(
    router,
    resetLimits,
    async ({ params: { client } }) => ({ client, reset: await guard.reset(claims().keysOf(client)) }),
    adminsOnly(resetLimits.id),
  );
  return router;
}

/** The part of a key that does not name the client: `user`, `route:login`. */
function bucketOf(key: string): string {
  const [kind = '', route = ''] = key.split(':');
  return kind === 'route' ? `${kind}:${route}` : kind;
}
