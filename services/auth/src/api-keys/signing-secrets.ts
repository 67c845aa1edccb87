import { randomBytes } from 'node:crypto';
import { requireSealing, type Sealing } from '../users/sealing.ts';

const FIELD = 'api_keys.signing';
const SECRET_BYTES = 32;

/** A new secret to sign requests with, and as it is kept. @throws AppError UNAVAILABLE without a master key */
export function newSigningSecret(sealing: Sealing | undefined, keyId: string): { secret: string; sealed: string } {
  const secret = `qfh_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { secret, sealed: requireSealing(sealing).cipher.seal(FIELD, secret, keyId) };
}

export function openSigningSecret(sealing: Sealing | undefined, keyId: string, sealed: string): string {
  return requireSealing(sealing).cipher.open(FIELD, sealed, keyId);
}
