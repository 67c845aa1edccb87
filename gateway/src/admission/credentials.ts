import type { IncomingMessage } from 'node:http';
import { csrfApi } from '@quotefleet/contracts';
import type { Credentials } from '@quotefleet/service-kit';
import { isSigned } from '../signing/signatures.ts';

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i;

/** What a request brings in its headers to prove who it is from. */
export function credentialsOf(request: IncomingMessage): Credentials {
  const apiKey = request.headers['x-api-key'];
  return {
    apiKey: typeof apiKey === 'string' && apiKey !== '' ? apiKey : undefined,
    token: BEARER.exec(request.headers.authorization ?? '')?.[1],
  };
}

/** The access token of a browser's session; a browser sends it along by itself, whoever's page asks. */
export function sessionOf(request: IncomingMessage): string | undefined {
  return cookieOf(request, csrfApi.SESSION_COOKIE);
}

/** Whether a request brings anything at all, good or not. */
export function hasCredentials(request: IncomingMessage): boolean {
  const { headers } = request;
  return (
    headers['x-api-key'] !== undefined ||
    headers.authorization !== undefined ||
    isSigned(request) ||
    sessionOf(request) !== undefined
  );
}

/** The value of a cookie; of several with one name the first, which is the one with the longest path. */
export function cookieOf({ headers }: IncomingMessage, name: string): string | undefined {
  if (headers.cookie === undefined || !headers.cookie.includes(name)) return undefined;
  for (const pair of headers.cookie.split(';')) {
    const equals = pair.indexOf('=');
    if (equals !== -1 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim() || undefined;
  }
  return undefined;
}
