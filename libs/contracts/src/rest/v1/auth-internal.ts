import { z } from 'zod';
import { authRevokedSchema } from '../../events/control.ts';
import type { Endpoint } from '../endpoint.ts';
import { identitySchema } from './auth-common.ts';

/** Inside the fleet only: who does this API key belong to? 401 where nobody. */
export const introspectApiKey = {
  id: 'introspectApiKey',
  method: 'post',
  path: '/internal/api-keys/introspect',
  tag: 'internal',
  summary: 'Resolves an API key to an identity',
  access: 'public',
  body: z.object({ key: z.string().min(1).max(200) }).strict(),
  data: identitySchema,
} as const satisfies Endpoint;

/** Inside the fleet only: whose socket ticket is this? It is used up by the answer; 401 for one that is not good (any more). */
export const redeemSocketTicket = {
  id: 'redeemSocketTicket',
  method: 'post',
  path: '/internal/auth/socket-tickets/redeem',
  tag: 'internal',
  summary: 'Exchanges a socket ticket, once, for the identity that asked for it',
  access: 'public',
  body: z.object({ ticket: z.string().min(1).max(200) }).strict(),
  data: identitySchema,
} as const satisfies Endpoint;

/** API keys that one report of their use may name. */
export const KEY_USES_MAX = 10_000;

/** Inside the fleet only: which API keys were used, and when last. */
export const reportKeyUses = {
  id: 'reportKeyUses',
  method: 'post',
  path: '/internal/api-keys/used',
  tag: 'internal',
  summary: 'Notes when API keys were last used',
  access: 'public',
  body: z
    .object({
      uses: z
        .array(
          z.object({
            id: z.uuid(),
            lastUsedAt: z.int().min(0).meta({ description: 'ms since epoch UTC' }),
            count: z.int().min(1),
          }),
        )
        .max(KEY_USES_MAX),
    })
    .strict(),
  data: z.object({ noted: z.int() }),
} as const satisfies Endpoint;

/** Inside the fleet only: who lost rights, for verifiers that start or may have missed an event. */
export const listRevocations = {
  id: 'listRevocations',
  method: 'get',
  path: '/internal/revocations',
  tag: 'internal',
  summary: 'Sessions, users and API keys revoked since a moment, in pages',
  access: 'public',
  query: z.object({
    since: z.coerce.number().int().min(0).meta({ description: 'ms since epoch UTC' }),
    after: z.coerce.number().int().min(0).default(0).meta({ description: '`next` of the page before' }),
  }),
  data: z.object({
    now: z.number().meta({ description: "auth's time, ms since epoch UTC" }),
    next: z.number().optional().meta({ description: 'Where there are more' }),
    revocations: z.array(authRevokedSchema.required({ at: true })),
  }),
} as const satisfies Endpoint;
