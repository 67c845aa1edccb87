import type { Envelope } from '@quotefleet/contracts';
import type { Response } from 'express';
import type { AppError } from '../errors/app-error.ts';
import { TRACE_HEADER } from './trace.ts';

const SHANGHAI_OFFSET_MS = 8 * 3600 * 1000;

/** ISO 8601 with milliseconds and +08:00, as v1 answers carry times. */
export function toShanghaiIso(time: Date): string {
  return `${new Date(time.getTime() + SHANGHAI_OFFSET_MS).toISOString().slice(0, -1)}+08:00`;
}

function envelope<T>(
  response: Response,
  part: Pick<Envelope<T>, 'success' | 'code' | 'message' | 'data'>,
): Envelope<T> {
  return { ...part, traceId: String(response.getHeader(TRACE_HEADER) ?? ''), timestamp: toShanghaiIso(new Date()) };
}

/** Answers with a v1 envelope around `data`. */
export function sendData(response: Response, data: unknown, status = 200): void {
  response.status(status).json(envelope(response, { success: true, code: 'OK', message: 'ok', data }));
}

/** Answers with a v1 error envelope. */
export function sendError(response: Response, error: AppError): void {
  if (error.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(error.retryAfterSeconds));
  const data = error.errors.length > 0 ? { errors: error.errors } : null;
  response
    .status(error.status)
    .json(envelope(response, { success: false, code: error.code, message: error.message, data }));
}
