import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeyRing } from '../keys/key-ring.ts';
import { type MasterKey, toUrlSafeBase64 } from '../keys/master-key.ts';
import { SecretError } from '../secret-error.ts';

const VERSION = 0x80;
const SIGNING_BYTES = 16;
const TIME_AT = 1;
const IV_AT = 9;
const BODY_AT = 25;
const BLOCK_BYTES = 16;
const MAC_BYTES = 32;
const CLOCK_SKEW_MAX_S = 60;
const URL_SAFE_BASE64 = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}==|[A-Za-z0-9_-]{3}=)?$/;

interface SealOptions {
  now?: Date;
  iv?: Buffer;
}

interface OpenOptions {
  /** Refuses tokens older than this, and ones from the future. Age is not looked at where absent. */
  ttlSeconds?: number;
  now?: Date;
}

/**
 * Seals bytes as a token of the Fernet format (github.com/fernet/spec): version 0x80, seconds since 1970 (64 bits, big
 * endian), IV, AES-128-CBC with PKCS #7 padding, HMAC-SHA256 over all of that, in URL-safe base64. The first half of the
 * key signs, the second half encrypts.
 */
export function sealFernet(key: MasterKey, plain: Buffer, options: SealOptions = {}): string {
  const iv = options.iv ?? randomBytes(BLOCK_BYTES);
  const head = Buffer.alloc(IV_AT);
  head.writeUInt8(VERSION);
  head.writeBigUInt64BE(BigInt(Math.floor((options.now ?? new Date()).getTime() / 1000)), TIME_AT);
  const cipher = createCipheriv('aes-128-cbc', key.bytes.subarray(SIGNING_BYTES), iv);
  const signed = Buffer.concat([head, iv, cipher.update(plain), cipher.final()]);
  return toUrlSafeBase64(Buffer.concat([signed, macOf(key, signed)]));
}

/**
 * Opens a Fernet token.
 * @throws SecretError when it is no token, was sealed with another key, was changed, or is too old or too new
 */
export function openFernet(key: MasterKey, token: string, options: OpenOptions = {}): Buffer {
  const bytes = decodeToken(token);
  assertFresh(bytes, options);
  const signed = bytes.subarray(0, -MAC_BYTES);
  if (!timingSafeEqual(macOf(key, signed), bytes.subarray(-MAC_BYTES))) {
    throw new SecretError('was sealed with another key, or was changed');
  }
  const decipher = createDecipheriv('aes-128-cbc', key.bytes.subarray(SIGNING_BYTES), signed.subarray(IV_AT, BODY_AT));
  try {
    return Buffer.concat([decipher.update(signed.subarray(BODY_AT)), decipher.final()]);
  } catch (error) {
    throw new SecretError('holds no valid padding', { cause: error });
  }
}

/**
 * Opens a token with whichever key of the ring sealed it, as Python's MultiFernet does.
 * @throws SecretError when none of them did, or the token is malformed
 */
export function openFernetByRing(ring: KeyRing, token: string): { plain: Buffer; key: MasterKey } {
  const bytes = decodeToken(token);
  const mac = bytes.subarray(-MAC_BYTES);
  const key = ring.keys.find((one) => timingSafeEqual(macOf(one, bytes.subarray(0, -MAC_BYTES)), mac));
  if (!key) throw new SecretError('was sealed with a key that is not in the ring, or was changed');
  return { plain: openFernet(key, token), key };
}

function decodeToken(token: string): Buffer {
  if (!URL_SAFE_BASE64.test(token)) throw new SecretError('expected URL-safe base64');
  const bytes = Buffer.from(token, 'base64url');
  const bodyBytes = bytes.length - BODY_AT - MAC_BYTES;
  if (bytes[0] !== VERSION || bodyBytes < BLOCK_BYTES || bodyBytes % BLOCK_BYTES !== 0) {
    throw new SecretError('expected a Fernet token of version 0x80 and whole blocks');
  }
  return bytes;
}

function assertFresh(bytes: Buffer, { ttlSeconds, now = new Date() }: OpenOptions): void {
  if (ttlSeconds === undefined) return;
  const ageSeconds = Math.floor(now.getTime() / 1000) - Number(bytes.readBigUInt64BE(TIME_AT));
  if (ageSeconds > ttlSeconds) throw new SecretError(`is older than ${ttlSeconds} s`);
  if (ageSeconds < -CLOCK_SKEW_MAX_S) throw new SecretError('is from the future');
}

function macOf(key: MasterKey, signed: Buffer): Buffer {
  return createHmac('sha256', key.bytes.subarray(0, SIGNING_BYTES)).update(signed).digest();
}
