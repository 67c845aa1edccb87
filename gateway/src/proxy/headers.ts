import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Identity } from '@quotefleet/contracts';
import { clientAddress, clientProto, DEADLINE_HEADER, encodeIdentity, IDENTITY_HEADER } from '@quotefleet/service-kit';
import { headersToClient, headersToUpstream } from '../transform/header-hygiene.ts';

interface UpstreamHeadersOptions {
  identity?: Identity | undefined;
  /** How long the answer is waited for. */
  deadlineMs?: number;
  /** For an upstream that checks the caller by itself. */
  keepCredentials?: boolean;
}

/** The headers that a request goes on with. */
export function upstreamHeaders(request: IncomingMessage, options: UpstreamHeadersOptions = {}): IncomingHttpHeaders {
  const headers = headersToUpstream(request.headers, options.keepCredentials);
  const address = clientAddress(request);
  // None once the client is gone.
  if (address !== '') headers['x-forwarded-for'] = address;
  headers['x-forwarded-proto'] = clientProto(request);
  // Whoever checks the caller may also check whether a page of its own host calls.
  if (options.keepCredentials && request.headers.host) headers['x-forwarded-host'] = request.headers.host;
  if (options.deadlineMs !== undefined) headers[DEADLINE_HEADER] = String(Math.ceil(options.deadlineMs));
  if (options.identity) headers[IDENTITY_HEADER] = encodeIdentity(options.identity);
  return headers;
}

/** The headers that an answer goes back with. */
export function clientHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return headersToClient(headers);
}
