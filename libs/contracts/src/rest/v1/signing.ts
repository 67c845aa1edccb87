import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { identitySchema } from './auth.ts';

/**
 * The headers of a request that a machine client signs instead of sending its key along. The signature is the
 * HMAC-SHA256, in hexadecimal digits, of `signingInput` under the key's signing secret (its characters as UTF-8).
 */
export const SIGNING_HEADERS = {
  /** Id of the API key (not the key). */
  key: 'x-qf-key',
  /** When the request was made, ms since epoch UTC. */
  timestamp: 'x-qf-timestamp',
  /** Random, never used again with the key: 16 to 64 letters, digits, `-` or `_`. */
  nonce: 'x-qf-nonce',
  /** SHA-256 of the body in hexadecimal digits; of no bytes where there is none. */
  contentHash: 'x-qf-content-sha256',
  signature: 'x-qf-signature',
} as const;

/** What a signature covers. */
export interface SignedParts {
  /** In capitals. */
  method: string;
  /** Path and query as they stand in the request line. */
  target: string;
  /** As the header has it. */
  timestamp: string;
  nonce: string;
  contentHash: string;
}

/** The text that is signed: the parts of the request, one a line. */
export function signingInput({ method, target, timestamp, nonce, contentHash }: SignedParts): string {
  return `${method}\n${target}\n${timestamp}\n${nonce}\n${contentHash}`;
}

/** The signing secret of an API key, and whose requests it signs. */
export const signingSecretSchema = z.object({
  /** As introspection of the key gives it; `client` is the key's id. */
  identity: identitySchema,
  /** As it was shown when the key was made. */
  secret: z.string().min(32).max(200),
});
export type SigningSecret = z.infer<typeof signingSecretSchema>;

/** Inside the fleet only: the signing secret of a valid API key that was made for signing. 401 where there is none. */
export const lookUpSigningSecret = {
  id: 'lookUpSigningSecret',
  method: 'post',
  path: '/internal/signing-secrets/lookup',
  tag: 'internal',
  summary: 'Resolves the id of an API key to its signing secret and identity',
  access: 'public',
  body: z.object({ keyId: z.uuid() }).strict(),
  data: signingSecretSchema,
} as const satisfies Endpoint;
