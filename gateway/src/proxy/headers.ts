import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Identity } from '@quotefleet/contracts';
import { encodeIdentity, IDENTITY_HEADER } from '@quotefleet/service-kit';
import { clientAddress, clientProto } from '../transform/client-address.ts';

/** They belong to one connection (RFC 9110 section 7.6.1). */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
];
/** What only the gateway may say, or what ends at the gateway. `expect` has been answered by then. */
const KEPT_FROM_UPSTREAMS = [
  ...HOP_BY_HOP,
  'host',
  'expect',
  'cookie',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-real-ip',
  IDENTITY_HEADER,
];
const CREDENTIALS = ['authorization', 'x-api-key'];

const toUpstream = new Set([...KEPT_FROM_UPSTREAMS, ...CREDENTIALS]);
const toUpstreamWithCredentials = new Set(KEPT_FROM_UPSTREAMS);
/** The gateway answers for CORS itself, and its trace id is set already. */
const toClient = new Set([
  ...HOP_BY_HOP,
  'x-powered-by',
  'x-trace-id',
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-expose-headers',
]);

interface UpstreamHeadersOptions {
  identity?: Identity | undefined;
  /** For an upstream that checks the caller by itself. */
  keepCredentials?: boolean;
}

/** The headers that a request goes on with. */
export function upstreamHeaders(request: IncomingMessage, options: UpstreamHeadersOptions = {}): IncomingHttpHeaders {
  const headers = withoutHopByHop(request.headers, options.keepCredentials ? toUpstreamWithCredentials : toUpstream);
  const address = clientAddress(request);
  // None once the client is gone.
  if (address !== '') headers['x-forwarded-for'] = address;
  headers['x-forwarded-proto'] = clientProto(request);
  if (options.identity) headers[IDENTITY_HEADER] = encodeIdentity(options.identity);
  return headers;
}

/** The headers that an answer goes back with. */
export function clientHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return withoutHopByHop(headers, toClient);
}

function withoutHopByHop(headers: IncomingHttpHeaders, dropped: ReadonlySet<string>): IncomingHttpHeaders {
  const kept: IncomingHttpHeaders = {};
  for (const name in headers) {
    if (!dropped.has(name)) kept[name] = headers[name];
  }
  const named = headers.connection;
  if (named !== undefined && named !== 'keep-alive' && named !== 'close') {
    for (const name of named.split(',')) delete kept[name.trim().toLowerCase()];
  }
  return kept;
}
