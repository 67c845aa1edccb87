import { AppError, unavailable } from '@quotefleet/service-kit';

/** The answer did not come in the time that its route allows. */
export class DeadlineError extends Error {
  constructor(deadlineMs: number) {
    super(`no answer within ${deadlineMs} ms`);
    this.name = 'DeadlineError';
  }
}

/** The upstream answered, and the client has that answer: that it cannot serve now. */
export class FaultyAnswerError extends Error {
  constructor(status: number) {
    super(`answered ${status}`);
    this.name = 'FaultyAnswerError';
  }
}

/** The upstream answered that it cannot serve now, and the client has not been told: there is something better for it. */
export class DroppedAnswerError extends Error {
  constructor(status: number) {
    super(`answered ${status}`);
    this.name = 'DroppedAnswerError';
  }
}

const UNREACHABLE_CODES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const RETRY_AFTER_SECONDS = 1;

/** Statuses by which a service says that it, or something it needs, is unwell. */
export function isFaultyStatus(status: number): boolean {
  return status >= 502 && status <= 504;
}

/** Whether nobody listens there. */
export function isUnreachable(error: unknown): boolean {
  return UNREACHABLE_CODES.has(codeOf(error));
}

/** Whether the connection failed, so that another instance may do better in the time that is left. */
export function isRepeatable(error: unknown): boolean {
  return !(error instanceof AppError || error instanceof DeadlineError || error instanceof DroppedAnswerError);
}

/** What a client is told when an upstream could not be made to answer. */
export function toClientError(upstream: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const options = { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS };
  if (error instanceof DeadlineError)
    return new AppError('TIMEOUT', `${upstream} did not answer in time, try again`, options);
  if (isUnreachable(error) || error instanceof DroppedAnswerError)
    return unavailable(`${upstream} is not available now, try again`, options);
  return new AppError('BAD_GATEWAY', `${upstream} broke off before it answered, try again`, options);
}

/** An error of an upstream that is no envelope, such as a page of a proxy in between. */
export function notAnEnvelope(upstream: string, status: number): AppError {
  return new AppError('BAD_GATEWAY', `${upstream} failed, try again`, {
    cause: new Error(`answered ${status} without JSON`),
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

/** The code of an error of Node's or of a library, such as ECONNREFUSED; empty where it has none. */
export function codeOf(error: unknown): string {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error;
  return isCoded ? String(error.code) : '';
}
