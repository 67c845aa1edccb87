import type { IncomingMessage } from 'node:http';
import type { Credentials } from '@quotefleet/service-kit';

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i;

/** What a request brings to prove who it is from. */
export function credentialsOf(request: IncomingMessage): Credentials {
  const apiKey = request.headers['x-api-key'];
  return {
    apiKey: typeof apiKey === 'string' && apiKey !== '' ? apiKey : undefined,
    token: BEARER.exec(request.headers.authorization ?? '')?.[1],
  };
}
