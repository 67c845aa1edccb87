import type { RequestHandler } from 'express';

const PREFLIGHT_MAX_AGE_SECONDS = 600;
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-None-Match',
  'Traceparent',
  'X-API-Key',
  'X-Correlation-Id',
  'X-CSRF-Token',
].join(', ');
const EXPOSED_HEADERS = [
  'Content-Disposition',
  'Deprecation',
  'ETag',
  'Link',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'Sunset',
  'X-Correlation-Id',
  'X-QF-Clamped',
  'X-QF-Delayed',
  'X-QF-Refused',
  'X-QF-Stale',
  'X-Trace-Id',
].join(', ');
/** A preflight's answer depends on what it asks for. */
const PREFLIGHT_VARY = 'Access-Control-Request-Method, Access-Control-Request-Headers';

/**
 * Lets pages of the listed origins call the gateway (`*`: of any); others keep to their own origin. A session cookie
 * may come along from an origin that is listed by name, never from one that `*` lets in.
 */
export function cors(origins: readonly string[]): RequestHandler {
  const listed = new Set(origins);
  return (request, response, next) => {
    if (listed.size === 0) return next();
    const { origin } = request.headers;
    // Also where there is none: a cache must not give the answer for one origin to another.
    response.vary('Origin');
    if (origin === undefined) return next();
    const isListed = listed.has(origin);
    if (!isListed && !listed.has('*')) return next();
    response.setHeader('Access-Control-Allow-Origin', isListed ? origin : '*');
    if (isListed) response.setHeader('Access-Control-Allow-Credentials', 'true');
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      response.setHeader('Access-Control-Expose-Headers', EXPOSED_HEADERS);
      return next();
    }
    response.vary(PREFLIGHT_VARY);
    response.setHeader('Access-Control-Allow-Methods', METHODS);
    response.setHeader('Access-Control-Allow-Headers', REQUEST_HEADERS);
    response.setHeader('Access-Control-Max-Age', String(PREFLIGHT_MAX_AGE_SECONDS));
    response.status(204).end();
  };
}
