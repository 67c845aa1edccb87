import { createHash, randomBytes } from 'node:crypto';
import { SecretError } from '../secret-error.ts';

const KEY_BYTES = 32;
const KEY_TEXT = /^[A-Za-z0-9_-]{43}=?$/;
const ID_LABEL = 'quotefleet master key id\0';
const ID_DIGITS = 8;

/** A key of 256 bits; its text form is that of a Fernet key, URL-safe base64 of 32 bytes. */
export interface MasterKey {
  /** 8 hex digits that tell keys apart and give nothing of the key away. */
  id: string;
  bytes: Buffer;
}

/** The text form of a new random key: 44 characters. */
export function generateMasterKey(): string {
  return toUrlSafeBase64(randomBytes(KEY_BYTES));
}

/**
 * Reads the text form of a key; the padding may be missing.
 * @throws SecretError when it is not 32 bytes in URL-safe base64, or is no random key at all (one byte repeated)
 */
export function parseMasterKey(text: string): MasterKey {
  if (!KEY_TEXT.test(text)) {
    throw new SecretError(
      `expected a master key of 32 bytes in URL-safe base64, was ${text.length} characters of text`,
    );
  }
  const bytes = Buffer.from(text, 'base64url');
  if (new Set(bytes).size === 1) throw new SecretError('expected a random master key, was one byte repeated');
  const id = createHash('sha256').update(ID_LABEL).update(bytes).digest('hex').slice(0, ID_DIGITS);
  return { id, bytes };
}

/** URL-safe base64 with padding, as Fernet has it. */
export function toUrlSafeBase64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
