import {
  type BlindIndex,
  createBlindIndex,
  createFieldCipher,
  type FieldCipher,
  parseKeyRing,
} from '@quotefleet/secrets';
import { unavailable } from '@quotefleet/service-kit';

/** How personal and secret columns are kept: sealed, and found again by an index that tells nothing without the key. */
export interface Sealing {
  cipher: FieldCipher;
  index: BlindIndex;
}

const EMAIL = 'users.email';
const PHONE = 'users.phone';

/** @throws SecretError where the keys are malformed */
export function openSealing(masterKeys: string): Sealing {
  const keyRing = parseKeyRing(masterKeys);
  return { cipher: createFieldCipher(keyRing), index: createBlindIndex(keyRing) };
}

/** @throws AppError UNAVAILABLE without a master key */
export function requireSealing(sealing: Sealing | undefined): Sealing {
  if (!sealing) throw unavailable('this needs a master key on the server (QF_MASTER_KEY), there is none');
  return sealing;
}

/** Addresses are compared without regard to case. */
export function sealEmail({ cipher, index }: Sealing, userId: string, email: string) {
  return { sealed: cipher.seal(EMAIL, email, userId), index: index.of(EMAIL, foldEmail(email)) };
}

export function openEmail({ cipher }: Sealing, userId: string, sealed: string): string {
  return cipher.open(EMAIL, sealed, userId);
}

export function sealPhone({ cipher }: Sealing, userId: string, phone: string): string {
  return cipher.seal(PHONE, phone, userId);
}

export function openPhone({ cipher }: Sealing, userId: string, sealed: string): string {
  return cipher.open(PHONE, sealed, userId);
}

/** The index under every master key that is still there. */
export function emailCandidates({ index }: Sealing, email: string): string[] {
  return index.candidates(EMAIL, foldEmail(email));
}

function foldEmail(email: string): string {
  return email.trim().toLowerCase();
}
