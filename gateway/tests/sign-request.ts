import { createHash, createHmac, randomUUID } from 'node:crypto';
import { signingApi } from '@quotefleet/contracts';
import type { Stub } from './stub-fleet.ts';
import { IDENTITIES, sendJson } from './stub-fleet.ts';

export const KEY_ID = '3f0e2a44-9f6c-4f0e-8a53-0d6f3c0b7a11';
export const SECRET = 'a-signing-secret-of-more-than-32-characters';
const { SIGNING_HEADERS, signingInput } = signingApi;

interface Signing {
  method?: string;
  target: string;
  body?: string | Buffer;
  timestamp?: number;
  nonce?: string;
  secret?: string;
  key?: string;
}

/** The headers of a signed request. */
export function signedHeaders(signing: Signing): Record<string, string> {
  const { method = 'GET', target, body = '', secret = SECRET, key = KEY_ID } = signing;
  const timestamp = String(signing.timestamp ?? Date.now());
  const nonce = signing.nonce ?? randomUUID();
  const contentHash = createHash('sha256').update(body).digest('hex');
  const text = signingInput({ method, target, timestamp, nonce, contentHash });
  return {
    [SIGNING_HEADERS.key]: key,
    [SIGNING_HEADERS.timestamp]: timestamp,
    [SIGNING_HEADERS.nonce]: nonce,
    [SIGNING_HEADERS.contentHash]: contentHash,
    [SIGNING_HEADERS.signature]: createHmac('sha256', secret).update(text).digest('hex'),
  };
}

/** Has the played auth know one key for signing, of the identity `service-key`; `revoke` takes it away. */
export function playSigningKey(auth: Stub): { lookUps: () => number; revoke: () => void } {
  const { answer } = auth;
  let lookUps = 0;
  let isValid = true;
  const envelope = { message: '', traceId: '', timestamp: '' };
  auth.answer = async (request, response) => {
    if (request.url !== '/internal/signing-secrets/lookup') return answer(request, response);
    let body = '';
    for await (const chunk of request) body += chunk;
    lookUps += 1;
    const { keyId } = JSON.parse(body) as { keyId: string };
    const data = { identity: { ...IDENTITIES['service-key'], client: KEY_ID }, secret: SECRET };
    if (keyId === KEY_ID && isValid) sendJson(response, 200, { ...envelope, success: true, code: 'OK', data });
    else sendJson(response, 401, { ...envelope, success: false, code: 'UNAUTHENTICATED', data: null });
  };
  return {
    lookUps: () => lookUps,
    revoke: () => {
      isValid = false;
    },
  };
}
