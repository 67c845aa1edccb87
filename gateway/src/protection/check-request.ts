import type { IncomingMessage } from 'node:http';
import { AppError, invalidArgument } from '@quotefleet/service-kit';

/** Bytes of a path with its query. */
export const URL_BYTES_MAX = 8192;
/** Bytes of the request line and all headers, as Node counts them. */
export const HEADERS_BYTES_MAX = 16_384;
/** Header lines of a request; browsers send some twenty. */
export const HEADERS_MAX = 100;
/** Bytes of one header: a token of auth takes one, a cookie jar some. */
export const HEADER_BYTES_MAX = 8192;
const PARAMETERS_MAX = 100;
const HOST = 'host';
/** The one expectation that there is (RFC 9110 section 10.1.1). */
const EXPECTATION = '100-continue';

/** Names by which a careless merge reaches the prototype of every object. */
const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);
/** All that may stand in a target unescaped. A router ends the path at `#`, and takes `\` before it for a slash. */
const PLAIN = /^[!"$-[\]-~]*$/;

/**
 * Refuses a request that no route could want, by its target and headers alone. Whatever passes is read alike by the
 * gateway and by the service behind it: one value per parameter, and UTF-8 throughout.
 * @throws AppError INVALID_ARGUMENT, URI_TOO_LONG, HEADERS_TOO_LARGE
 */
export function checkRequest({ url = '', headers, rawHeaders, httpVersion }: IncomingMessage): void {
  // An absolute or asterisk target could be read in two ways.
  if (!url.startsWith('/')) throw invalidArgument('target', 'expected a path that starts with /');
  if (url.length > URL_BYTES_MAX)
    throw new AppError('URI_TOO_LONG', `expected a path with its query of at most ${URL_BYTES_MAX} bytes`);
  if (!PLAIN.test(url))
    throw invalidArgument('target', 'expected ASCII without # and \\, with all else percent-encoded');
  const queryAt = url.indexOf('?');
  const path = queryAt === -1 ? url : url.slice(0, queryAt);
  if (path.includes('%')) decode('path', path);
  if (queryAt !== -1) checkQuery(url.slice(queryAt + 1));
  checkHeaders(rawHeaders, httpVersion);
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== EXPECTATION)
    throw invalidArgument('expect', `expected ${EXPECTATION} or no such header`);
}

function checkQuery(query: string): void {
  if (query === '') return;
  const seen = new Set<string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode('query', equals === -1 ? pair : pair.slice(0, equals)).replaceAll('+', ' ');
    if (FORBIDDEN_NAMES.has(name)) throw invalidArgument(name, 'is no name of a parameter');
    if (seen.has(name)) throw invalidArgument(name, 'expected the parameter once');
    seen.add(name);
    if (seen.size > PARAMETERS_MAX) throw invalidArgument('query', `expected at most ${PARAMETERS_MAX} parameters`);
    if (equals !== -1) decode(name, pair.slice(equals + 1));
  }
}

/** @throws AppError where what is encoded is no UTF-8, or holds the character 0, which no text of ours does */
function decode(field: string, encoded: string): string {
  if (!encoded.includes('%')) return encoded;
  const text = decodeUtf8(field, encoded);
  if (text.includes('\0')) throw invalidArgument(field, 'expected text without the character 0');
  return text;
}

function decodeUtf8(field: string, encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    throw invalidArgument(field, 'expected UTF-8, percent-encoded', { cause: error });
  }
}

function checkHeaders(rawHeaders: readonly string[], httpVersion: string): void {
  if (rawHeaders.length > 2 * HEADERS_MAX)
    throw new AppError('HEADERS_TOO_LARGE', `expected at most ${HEADERS_MAX} headers`);
  let hosts = 0;
  for (let at = 1; at < rawHeaders.length; at += 2) {
    const value = rawHeaders[at] ?? '';
    const name = rawHeaders[at - 1] ?? '';
    if (name.length === HOST.length && name.toLowerCase() === HOST) hosts += 1;
    if (value.length > HEADER_BYTES_MAX)
      throw new AppError('HEADERS_TOO_LARGE', `expected headers of at most ${HEADER_BYTES_MAX} bytes each`);
  }
  // RFC 9112 section 3.2; of several each reader could take another.
  if (hosts !== 1 && (hosts > 1 || httpVersion !== '1.0'))
    throw invalidArgument(HOST, `expected the header once, was there ${hosts} times`);
}
