import { StoreUnavailableError } from '../time-series-store.ts';

/** What the server says when it is not the statement that is wrong. */
const NOT_NOW = /\btimeout\b|is closed|is disabled|interrupted|canceled|limit exceeded|shutting down|no space left/i;
/** Of undici: the caller's own mistakes, of which the database knows nothing. */
const OWN_MISTAKES = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_DESTROYED', 'UND_ERR_CLOSED']);

/** The error of a request that got no answer, or only a part of one. */
export function connectionError(error: unknown, host: string): unknown {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string' || OWN_MISTAKES.has(code)) return error;
  return new StoreUnavailableError(`InfluxDB at ${host} is not available: ${(error as Error).message || code}`, {
    cause: error,
  });
}

/** The error of an answer that is not 2xx. */
export function statusError(status: number, body: string): Error {
  const message = `InfluxDB answered ${status}: ${messageIn(body)}`;
  const isUnavailable = status >= 500 || status === 408 || status === 429;
  return isUnavailable ? new StoreUnavailableError(message) : new Error(message);
}

/** The error that came within an answer of status 200. */
export function answerError(message: string): Error {
  return NOT_NOW.test(message)
    ? new StoreUnavailableError(`InfluxDB is not available: ${message}`)
    : new Error(`InfluxDB refused a statement: ${message}`);
}

const LONGEST_MESSAGE = 500;

function messageIn(body: string): string {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer === 'object' && answer !== null && 'error' in answer) return String(answer.error);
  } catch {
    // A proxy in between answers in a form of its own.
  }
  return body.trim().slice(0, LONGEST_MESSAGE) || 'nothing';
}
