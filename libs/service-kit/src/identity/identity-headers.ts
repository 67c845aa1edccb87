import { authApi, type Identity } from '@quotefleet/contracts';
import type { Request } from 'express';
import { AppError } from '../errors/app-error.ts';
import { parseJson } from '../parse-json.ts';

/** The gateway alone sets this header; it drops any that a client sends. */
export const IDENTITY_HEADER = 'x-qf-identity';

const encoded = new WeakMap<Identity, string>();

/** An identity as the header carries it. An identity never changes, so this is worked out once for each. */
export function encodeIdentity(identity: Identity): string {
  const known = encoded.get(identity);
  if (known !== undefined) return known;
  const text = Buffer.from(JSON.stringify(identity)).toString('base64url');
  encoded.set(identity, text);
  return text;
}

/**
 * The identity the gateway vouches for.
 * @throws AppError UNAUTHENTICATED where there is none
 */
export function identityOf(request: Request): Identity {
  const text = request.get(IDENTITY_HEADER);
  if (text === undefined) throw new AppError('UNAUTHENTICATED', 'this endpoint needs an identity');
  const parsed = authApi.identitySchema.safeParse(parseJson(Buffer.from(text, 'base64url').toString()));
  if (!parsed.success) throw new AppError('UNAUTHENTICATED', 'the identity is malformed');
  return parsed.data;
}
