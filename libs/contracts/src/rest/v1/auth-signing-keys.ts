import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';

const signingKeyViewSchema = z.object({
  kid: z.string(),
  publishedAt: z.string(),
  signsFrom: z.string(),
  signing: z.boolean(),
});

export const rotateSigningKeys = {
  id: 'rotateSigningKeys',
  method: 'post',
  path: '/api/v1/auth/signing-keys/rotate',
  tag: 'auth',
  summary: 'Publishes a new key to sign access tokens with; it signs once every verifier can know it',
  description: 'Nobody is signed out: the former key verifies until the last token it signed has expired.',
  access: 'admin',
  data: signingKeyViewSchema,
} as const satisfies Endpoint;

export const listSigningKeys = {
  id: 'listSigningKeys',
  method: 'get',
  path: '/api/v1/auth/signing-keys',
  tag: 'auth',
  summary: 'The keys that access tokens are verified by, the newest first',
  access: 'admin',
  data: z.object({ keys: z.array(signingKeyViewSchema) }),
} as const satisfies Endpoint;

/** What a service of somebody else needs to verify access tokens by itself. */
export const getJwks = {
  id: 'getJwks',
  method: 'get',
  path: '/.well-known/jwks.json',
  tag: 'auth',
  summary: 'The public keys that access tokens are verified by, as a JSON Web Key Set (RFC 7517)',
  description: 'A verifier may keep it for five minutes; each key is published longer than that before it signs.',
  access: 'public',
  data: z.object({
    keys: z.array(
      z.object({
        kty: z.string(),
        crv: z.string(),
        x: z.string(),
        kid: z.string(),
        alg: z.string(),
        use: z.literal('sig'),
      }),
    ),
  }),
  bare: true,
} as const satisfies Endpoint;
