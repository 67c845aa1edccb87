import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Identity, signingApi } from '@quotefleet/contracts';
import { AppError } from '@quotefleet/service-kit';
import type { NonceStore } from './nonce-store.ts';
import type { SigningSecrets } from './signing-secrets.ts';

const { SIGNING_HEADERS, signingInput } = signingApi;
const SHA256_HEX = /^[0-9a-f]{64}$/;
const TIMESTAMP = /^\d{13}$/;
const NONCE = /^[A-Za-z0-9_-]{16,64}$/;

interface SignaturesDependencies {
  secrets: SigningSecrets;
  nonces: NonceStore;
  /** How far a client's clock may be from ours, in ms. */
  skewMs: number;
  /** The time of day; the system's where absent. */
  now?: () => number;
}

export interface Signatures {
  /**
   * Whose a signed request is. Its body has still to be held against `signedHashOf`.
   * @throws AppError UNAUTHENTICATED, or UNAVAILABLE while auth or the nonces cannot be asked
   */
  verify(request: IncomingMessage): Promise<Identity>;
}

const hashes = new WeakMap<IncomingMessage, string>();

/** The hash that the body of a request must have, where the request was signed. */
export function signedHashOf(request: IncomingMessage): string | undefined {
  return hashes.get(request);
}

export function isSigned({ headers }: IncomingMessage): boolean {
  return headers[SIGNING_HEADERS.signature] !== undefined;
}

/** The key that a signed request names, whether it holds it or not. */
export function signingKeyOf({ headers }: IncomingMessage): string {
  return String(headers[SIGNING_HEADERS.key]);
}

export function createSignatures({ secrets, nonces, skewMs, now = Date.now }: SignaturesDependencies): Signatures {
  return {
    async verify(request) {
      const signed = readHeaders(request);
      const offMs = Math.abs(now() - Number(signed.timestamp));
      if (offMs > skewMs)
        throw refusal(`expected a time within ${skewMs} ms of the gateway's in X-QF-Timestamp, was ${offMs} ms off`);
      const { identity, secret } = await secrets.find(signed.key);
      const target = 'originalUrl' in request ? String(request.originalUrl) : (request.url ?? '');
      const expected = createHmac('sha256', secret)
        .update(signingInput({ ...signed, method: request.method ?? '', target }))
        .digest();
      if (!timingSafeEqual(expected, Buffer.from(signed.signature, 'hex'))) throw refusal('the signature is not valid');
      // Last, so that nobody without the secret can use a nonce up. It may come as long as its time is believed.
      if (!(await nonces.claim(`${signed.key}:${signed.nonce}`, 2 * skewMs + 1000)))
        throw refusal('the nonce was used before');
      hashes.set(request, signed.contentHash);
      return identity;
    },
  };
}

function readHeaders(request: IncomingMessage) {
  return {
    key: read(request, 'key', /^[0-9a-fA-F-]{36}$/, 'the id of an API key').toLowerCase(),
    timestamp: read(request, 'timestamp', TIMESTAMP, 'ms since epoch'),
    nonce: read(request, 'nonce', NONCE, '16 to 64 letters, digits, - or _'),
    contentHash: read(request, 'contentHash', SHA256_HEX, '64 small hexadecimal digits'),
    signature: read(request, 'signature', SHA256_HEX, '64 small hexadecimal digits'),
  };
}

function read(request: IncomingMessage, part: keyof typeof SIGNING_HEADERS, form: RegExp, what: string): string {
  const name = SIGNING_HEADERS[part];
  const value = request.headers[name];
  if (typeof value === 'string' && form.test(value)) return value;
  throw refusal(`expected ${what} in ${name}`);
}

const refusal = (message: string) => new AppError('UNAUTHENTICATED', message);
