import type { QuotefleetError } from '../client-error.ts';

/** How often and how soon a call that failed is sent again. */
export interface RetryOptions {
  /** After the first attempt: 2 where absent, 0 for never. */
  retries?: number;
  /** Before the first retry, ms; twice as long before each further one. 200 where absent. */
  baseMs?: number;
  /** A wait that the fleet asks for and that is longer fails the call instead, ms: 10,000 where absent. */
  longestMs?: number;
}

const AGAIN: ReadonlySet<string> = new Set([
  ...['NETWORK', 'RATE_LIMITED', 'UNAVAILABLE', 'BAD_GATEWAY', 'TIMEOUT', 'REQUEST_TIMEOUT'],
]);

/**
 * How long to wait before a call is sent again, ms; undefined where it shall not be.
 * @param attempt of the one that failed, from 0
 */
export function retryDelay(
  error: QuotefleetError,
  attempt: number,
  { retries = 2, baseMs = 200, longestMs = 10_000 }: RetryOptions,
  random: () => number = Math.random,
): number | undefined {
  if (attempt >= retries || !AGAIN.has(error.code)) return undefined;
  const own = baseMs * 2 ** attempt * (0.5 + random() / 2);
  const asked = error.retryAfterMs;
  if (asked === undefined) return own;
  return asked > longestMs ? undefined : asked + own - baseMs / 2;
}

/** `Retry-After` in ms: seconds, or a date (RFC 9110, 10.2.3). */
export function parseRetryAfter(header: string | null, now = Date.now()): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
