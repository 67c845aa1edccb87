import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { Identity } from '@quotefleet/contracts';
import { IDENTITY_HEADER } from '@quotefleet/service-kit';
import { clientHeaders, upstreamHeaders } from './headers.ts';

const requestWith = (headers: IncomingMessage['headers']) =>
  ({ headers, socket: { remoteAddress: '192.0.2.1' } }) as unknown as IncomingMessage;
const FORWARDED = { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'http' };

describe('headers on their way to an upstream', () => {
  it('leave out what belongs to the connection, named in it or not', () => {
    const headers = upstreamHeaders(
      requestWith({
        connection: 'close, X-Private',
        'x-private': '1',
        te: 'trailers',
        'transfer-encoding': 'chunked',
        upgrade: 'h2c',
        accept: '*/*',
        host: 'public',
      }),
    );
    expect(headers).toEqual({ accept: '*/*', ...FORWARDED });
  });

  it('carry the identity that was found, never one that was sent', () => {
    const identity: Identity = { subject: 'u', client: 'c', role: 'user', scopes: ['read'] };
    const forged = { [IDENTITY_HEADER]: 'forged', connection: IDENTITY_HEADER, 'x-forwarded-for': '10.0.0.1' };
    expect(upstreamHeaders(requestWith(forged))).toEqual(FORWARDED);
    const headers = upstreamHeaders(requestWith(forged), { identity });
    expect(JSON.parse(Buffer.from(String(headers[IDENTITY_HEADER]), 'base64url').toString())).toEqual(identity);
  });

  it('carry credentials only to an upstream that checks them', () => {
    const request = requestWith({ 'x-api-key': 'k', authorization: 'Bearer t', cookie: 'c' });
    expect(upstreamHeaders(request)).toEqual(FORWARDED);
    expect(upstreamHeaders(request, { keepCredentials: true })).toMatchObject({ 'x-api-key': 'k' });
  });
});

describe('headers on their way back', () => {
  it('leave out what the gateway says itself', () => {
    const headers = clientHeaders({
      'content-type': 'application/json',
      'keep-alive': 'timeout=65',
      'transfer-encoding': 'chunked',
      'access-control-allow-origin': '*',
      'x-powered-by': 'x',
      server: 'x/1.2',
      'x-qf-internal': '1',
      connection: 'X-Hop',
      'x-hop': '1',
      'retry-after': '3',
    });
    expect(headers).toEqual({ 'content-type': 'application/json', 'retry-after': '3' });
  });
});
