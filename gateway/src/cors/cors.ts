import type { RequestHandler } from 'express';

const PREFLIGHT_MAX_AGE_SECONDS = 600;
const METHODS = 'GET, POST, DELETE';
const REQUEST_HEADERS =
  'Authorization, Content-Type, Idempotency-Key, If-None-Match, X-API-Key, X-Correlation-ID, Traceparent, Tracestate';
const EXPOSED_HEADERS =
  'Deprecation, ETag, Link, RateLimit, RateLimit-Policy, Retry-After, Sunset, X-Correlation-ID, X-Trace-Id';

/**
 * Lets pages of the listed origins call the gateway (`*`: of any); others keep to their own origin. No credentials
 * are allowed along, since none of ours are sent by a browser by itself.
 */
export function cors(origins: readonly string[]): RequestHandler {
  const listed = new Set(origins);
  return (request, response, next) => {
    const origin = request.headers.origin;
    if (listed.size === 0 || origin === undefined) return next();
    response.vary('Origin');
    if (!listed.has(origin) && !listed.has('*')) return next();
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Expose-Headers', EXPOSED_HEADERS);
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return next();
    response.setHeader('Access-Control-Allow-Methods', METHODS);
    response.setHeader('Access-Control-Allow-Headers', REQUEST_HEADERS);
    response.setHeader('Access-Control-Max-Age', String(PREFLIGHT_MAX_AGE_SECONDS));
    response.status(204).end();
  };
}
