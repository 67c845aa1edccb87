import { authApi } from '@quotefleet/contracts';
import { z } from 'zod';
import { DEFAULT_LIMITS, type RateLimits } from './policies.ts';

/** Beyond it a bucket's millionths of a token are no longer whole numbers of a double. */
const TOKENS_MAX = 1_000_000_000;
const REFILL_MIN = 0.001;

const size = {
  capacity: z.int().min(1).max(TOKENS_MAX),
  refillPerSecond: z.number().min(REFILL_MIN).max(TOKENS_MAX),
};
const bucketSize = z.strictObject(size);
const plan = z.strictObject({ ...size, perKey: bucketSize.optional() });
const routeLimit = z.strictObject({ ...size, per: z.enum(['client', 'all']).default('client') });

/** `limits:` of the gateway's file, over what is built in: a plan or a route that it names replaces that one. */
export const limitsSection = z.strictObject({
  /** By role. */
  plans: z.record(authApi.roleName, plan).optional(),
  /** By the id of an endpoint. */
  routes: z.record(z.string(), routeLimit).optional(),
  credentials: bucketSize.optional(),
  sockets: bucketSize.optional(),
  global: bucketSize.optional(),
});

/** The limits under a file. */
export function limitsUnder(section: z.infer<typeof limitsSection> | undefined, base = DEFAULT_LIMITS): RateLimits {
  return {
    plans: { ...base.plans, ...section?.plans },
    routes: { ...base.routes, ...section?.routes },
    credentials: section?.credentials ?? base.credentials,
    sockets: section?.sockets ?? base.sockets,
    global: section?.global ?? base.global,
  };
}
