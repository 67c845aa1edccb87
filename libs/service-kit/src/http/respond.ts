import type { Envelope, FieldError } from '@quotefleet/contracts';
import type { Response } from 'express';
import type { AppError } from '../errors/app-error.ts';
import { TRACE_HEADER } from './trace.ts';

const SHANGHAI_OFFSET_MS = 8 * 3600 * 1000;

/** ISO 8601 with milliseconds and +08:00, as v1 answers carry times. */
export function toShanghaiIso(time: Date): string {
  return `${new Date(time.getTime() + SHANGHAI_OFFSET_MS).toISOString().slice(0, -1)}+08:00`;
}

function envelope<T>(traceId: string, part: Pick<Envelope<T>, 'success' | 'code' | 'message' | 'data'>): Envelope<T> {
  return { ...part, traceId, timestamp: toShanghaiIso(new Date()) };
}

const traceIdOf = (response: Response) => String(response.getHeader(TRACE_HEADER) ?? '');

/** Answers with a v1 envelope around `data`. */
export function sendData(response: Response, data: unknown, status = 200): void {
  response.status(status).json(envelope(traceIdOf(response), { success: true, code: 'OK', message: 'ok', data }));
}

/** The v1 envelope of an error. */
export function errorEnvelope(error: AppError, traceId: string): Envelope<{ errors: readonly FieldError[] } | null> {
  const data = error.errors.length > 0 ? { errors: error.errors } : null;
  return envelope(traceId, { success: false, code: error.code, message: error.message, data });
}

/** Answers with a v1 error envelope. */
export function sendError(response: Response, error: AppError): void {
  if (error.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(error.retryAfterSeconds));
  response.status(error.status).json(errorEnvelope(error, traceIdOf(response)));
}
