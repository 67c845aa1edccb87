import { createHmac } from 'node:crypto';
import type { KeyRing } from '../keys/key-ring.ts';
import type { MasterKey } from '../keys/master-key.ts';
import { createKeyDeriver } from './derive-key.ts';

/** Finds rows by a sealed field: equal texts have equal indexes, and without the key an index tells nothing. */
export interface BlindIndex {
  /** What to store beside the sealed field: 43 characters. The caller folds the text first (lower case, trimmed). */
  of(field: string, text: string): string;
  /** What to look for: the index under every key of the ring, the newest first, for rows not yet resealed. */
  candidates(field: string, text: string): string[];
}

/** HMAC-SHA256 with keys derived per field (HKDF-SHA256), apart from those that seal. */
export function createBlindIndex(keyRing: KeyRing): BlindIndex {
  const derive = createKeyDeriver('index');
  const indexBy = (key: MasterKey, field: string, text: string) =>
    createHmac('sha256', derive(key, field)).update(text, 'utf8').digest('base64url');
  return {
    of: (field, text) => indexBy(keyRing.primary, field, text),
    candidates: (field, text) => keyRing.keys.map((key) => indexBy(key, field, text)),
  };
}
