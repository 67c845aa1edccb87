import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyRing } from '../keys/key-ring.ts';
import { SecretError } from '../secret-error.ts';
import { createKeyDeriver } from './derive-key.ts';

const VERSION = 'v1';
const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^v1\.([0-9a-f]{8})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/;

/** Whether a text has the form of sealed text, or begins as if. */
export function isSealedField(text: string): boolean {
  return text.startsWith(`${VERSION}.`);
}

/** Seals single fields of records, each field name with a key of its own. */
export interface FieldCipher {
  /**
   * Seals `text` as `v1.<key id>.<iv>.<ciphertext and tag>`. It opens again only under the same field name and, where one
   * is given, the same context (the id of the row), so that sealed text moved to another column or row is refused.
   */
  seal(field: string, text: string, context?: string): string;
  /** @throws SecretError when it is no sealed text, was sealed for another field or context, was changed, or its key is gone */
  open(field: string, sealed: string, context?: string): string;
  /** Whether the text is plain or sealed with another key than the one that seals now. */
  needsReseal(sealed: string): boolean;
}

/** AES-256-GCM with keys derived per field (HKDF-SHA256) from the keys of the ring; field names must be few. */
export function createFieldCipher(keyRing: KeyRing): FieldCipher {
  const derive = createKeyDeriver('seal');
  return {
    seal(field, text, context) {
      const iv = randomBytes(IV_BYTES);
      const { primary } = keyRing;
      const cipher = createCipheriv(ALGORITHM, derive(primary, field), iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(boundData(primary.id, field, context));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${VERSION}.${primary.id}.${iv.toString('base64url')}.${body.toString('base64url')}`;
    },
    open(field, sealed, context) {
      const [, keyId, ivText, bodyText] = SEALED.exec(sealed) ?? [];
      if (keyId === undefined || ivText === undefined || bodyText === undefined) {
        throw new SecretError(`${field}: expected sealed text, was something else`);
      }
      const key = keyRing.find(keyId);
      if (!key) throw new SecretError(`${field}: sealed with the key ${keyId}, which is not in the ring`);
      const body = Buffer.from(bodyText, 'base64url');
      const iv = Buffer.from(ivText, 'base64url');
      const decipher = createDecipheriv(ALGORITHM, derive(key, field), iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(boundData(keyId, field, context));
      decipher.setAuthTag(body.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8');
      } catch (error) {
        throw new SecretError(`${field}: sealed text was changed, or is of another field or row`, { cause: error });
      }
    },
    needsReseal(sealed) {
      return SEALED.exec(sealed)?.[1] !== keyRing.primary.id;
    },
  };
}

/** Unambiguous whatever the names hold: JSON quotes them. */
function boundData(keyId: string, field: string, context: string | undefined): Buffer {
  return Buffer.from(JSON.stringify([VERSION, keyId, field, context ?? null]), 'utf8');
}
