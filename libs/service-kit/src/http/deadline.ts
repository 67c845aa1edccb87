import type { IncomingHttpHeaders } from 'node:http';

/** Carries how many milliseconds the caller still waits for the answer; a service may give up after them. */
export const DEADLINE_HEADER = 'x-qf-deadline-ms';
const DIGITS = /^\d{1,9}$/;

/** When the caller stops waiting, on the clock of `performance.now()`; undefined where it does not say. */
export function readDeadline(headers: IncomingHttpHeaders): number | undefined {
  const text = headers[DEADLINE_HEADER];
  return typeof text === 'string' && DIGITS.test(text) ? performance.now() + Number(text) : undefined;
}
