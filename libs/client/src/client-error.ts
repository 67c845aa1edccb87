import type { ErrorCode, FieldError, RoomRefusal } from '@quotefleet/contracts/shapes';

/**
 * Why a call failed: a code of the REST API, a refusal of a room, or one of the client's own.
 *
 * - `NETWORK`: nobody answered.
 * - `UNEXPECTED`: what answered was not the fleet, or says what this client does not understand.
 * - `ABORTED`: the caller's AbortSignal fired.
 * - `OFFLINE`: the call needs the realtime connection, and there is none.
 * - `CLOSED`: the client, or the subscription, was closed.
 */
export type ClientErrorCode = ErrorCode | RoomRefusal | 'NETWORK' | 'UNEXPECTED' | 'ABORTED' | 'OFFLINE' | 'CLOSED';

export interface ClientErrorDetails {
  /** HTTP status, where there was an answer. */
  status?: number;
  /** What is wrong with single fields of the request. */
  errors?: readonly FieldError[];
  /** Under which the fleet's logs have the call. */
  traceId?: string | undefined;
  /** When to try again, where the fleet said so, ms. */
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/** The one error of this package. */
export class QuotefleetError extends Error {
  readonly code: ClientErrorCode;
  readonly status: number | undefined;
  readonly errors: readonly FieldError[];
  readonly traceId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ClientErrorCode, message: string, details: ClientErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.name = 'QuotefleetError';
    this.code = code;
    this.status = details.status;
    this.errors = details.errors ?? [];
    this.traceId = details.traceId;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** An error as this package's: what was thrown by others becomes the cause, and is named in the message. */
export function toClientError(thrown: unknown, code: ClientErrorCode, message: string): QuotefleetError {
  if (thrown instanceof QuotefleetError) return thrown;
  const why = thrown instanceof Error ? `${message}: ${thrown.message}` : message;
  return new QuotefleetError(code, why, { cause: thrown });
}
