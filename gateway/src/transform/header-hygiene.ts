import type { IncomingHttpHeaders } from 'node:http';
import { CORRELATION_HEADER, TRACE_HEADER } from '@quotefleet/service-kit';

/** They belong to one connection (RFC 9110 section 7.6.1). */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authenticate-info',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
];
/** What only the gateway may say, or what ends at the gateway. `expect` has been answered by then. */
const NOT_OF_CLIENTS = [
  ...HOP_BY_HOP,
  'host',
  'expect',
  'cookie',
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
  'x-original-url',
  'x-rewrite-url',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
];
/** Of proxies in front and of the fleet itself: whatever else begins so is nothing a client may say either. */
const PREFIXES_NOT_OF_CLIENTS = ['x-forwarded-', 'x-qf-', 'x-envoy-'];
const CREDENTIALS = ['authorization', 'x-api-key'];
/** What an answer says of the software that made it, and what the gateway says itself. */
const NOT_OF_UPSTREAMS = [
  ...HOP_BY_HOP,
  'server',
  'via',
  'x-powered-by',
  'x-powered-cms',
  'x-generator',
  'x-runtime',
  'x-version',
  'x-aspnet-version',
  'x-aspnetmvc-version',
  'x-backend-server',
  'x-served-by',
  'x-upstream',
  'x-debug-token',
  'sourcemap',
  'x-sourcemap',
  TRACE_HEADER,
  CORRELATION_HEADER,
  'traceparent',
  'tracestate',
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-expose-headers',
  'access-control-max-age',
  'access-control-allow-private-network',
];
const PREFIXES_NOT_OF_UPSTREAMS = ['x-qf-', 'x-envoy-'];
/** By which the access policy says what of an answer was held back. */
const FOR_CLIENTS = ['x-qf-clamped', 'x-qf-delayed', 'x-qf-refused'];
/** The gateway has written them by then: a client that names them in `Connection` does not take them away. */
const OF_THE_GATEWAY = new Set(['traceparent', 'tracestate', TRACE_HEADER, CORRELATION_HEADER]);

const toUpstreamWithCredentials = new Set(NOT_OF_CLIENTS);
const toUpstream = new Set([...NOT_OF_CLIENTS, ...CREDENTIALS]);
const toClient = new Set(NOT_OF_UPSTREAMS);
const always = new Set(FOR_CLIENTS);
const never = new Set<string>();

/** What goes on of a client's headers; its credentials only to who checks them. */
export function headersToUpstream(headers: IncomingHttpHeaders, keepCredentials = false): IncomingHttpHeaders {
  const dropped = keepCredentials ? toUpstreamWithCredentials : toUpstream;
  return without(headers, { dropped, prefixes: PREFIXES_NOT_OF_CLIENTS, kept: never });
}

/** What goes back of an upstream's headers. */
export function headersToClient(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return without(headers, { dropped: toClient, prefixes: PREFIXES_NOT_OF_UPSTREAMS, kept: always });
}

interface Hygiene {
  dropped: ReadonlySet<string>;
  /** Of names that are dropped too, but for those kept. */
  prefixes: readonly string[];
  kept: ReadonlySet<string>;
}

function beginsWithOne(name: string, prefixes: readonly string[]): boolean {
  for (const prefix of prefixes) if (name.startsWith(prefix)) return true;
  return false;
}

function without(headers: IncomingHttpHeaders, hygiene: Hygiene): IncomingHttpHeaders {
  const { dropped, prefixes } = hygiene;
  const kept: IncomingHttpHeaders = {};
  for (const name in headers) {
    if (dropped.has(name)) continue;
    if (name.startsWith('x-') && beginsWithOne(name, prefixes) && !hygiene.kept.has(name)) continue;
    kept[name] = headers[name];
  }
  const named = headers.connection;
  if (named !== undefined && named !== 'keep-alive' && named !== 'close') {
    for (const option of named.split(',')) {
      const name = option.trim().toLowerCase();
      if (!OF_THE_GATEWAY.has(name)) delete kept[name];
    }
  }
  return kept;
}
