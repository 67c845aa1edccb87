import {
  type Envelope,
  ERROR_MEANINGS,
  ERROR_STATUS,
  type FieldError,
  type Problem,
  problemTypeOf,
} from '@quotefleet/contracts';
import type { Request, Response } from 'express';
import type { AppError } from '../errors/app-error.ts';
import { TRACE_HEADER } from './trace-context.ts';

const SHANGHAI_OFFSET_MS = 8 * 3600 * 1000;

/** ISO 8601 with milliseconds and +08:00, as v1 answers carry times. */
export function toShanghaiIso(time: Date): string {
  return `${new Date(time.getTime() + SHANGHAI_OFFSET_MS).toISOString().slice(0, -1)}+08:00`;
}

function envelope<T>(traceId: string, part: Pick<Envelope<T>, 'success' | 'code' | 'message' | 'data'>): Envelope<T> {
  return { ...part, traceId, timestamp: toShanghaiIso(new Date()) };
}

const traceIdOf = (response: Response) => String(response.getHeader(TRACE_HEADER) ?? '');

/** Whether a request is of v2: bare resources, problem details. */
export function isV2(request: Request): boolean {
  return request.originalUrl.startsWith('/api/v2/');
}

/** Answers with `data`: v1 in an envelope, v2 as it is. */
export function sendData(response: Response, data: unknown, status = 200): void {
  if (isV2(response.req)) response.status(status).json(data);
  else response.status(status).json(envelope(traceIdOf(response), { success: true, code: 'OK', message: 'ok', data }));
}

/** The v1 envelope of an error. */
export function errorEnvelope(error: AppError, traceId: string): Envelope<{ errors: readonly FieldError[] } | null> {
  const data = error.errors.length > 0 ? { errors: error.errors } : null;
  return envelope(traceId, { success: false, code: error.code, message: error.message, data });
}

/** Problem details (RFC 9457) of an error. */
export function problemOf(error: AppError, traceId: string): Problem {
  const { code, message, errors, problemType, violatedPolicies } = error;
  return {
    type: problemType ?? problemTypeOf(code),
    title: ERROR_MEANINGS[code].title,
    status: ERROR_STATUS[code],
    detail: message,
    code,
    ...(errors.length > 0 ? { errors: [...errors] } : {}),
    ...(violatedPolicies.length > 0 ? { 'violated-policies': [...violatedPolicies] } : {}),
    traceId,
  };
}

/** Answers with an error: v1 in an envelope, v2 as problem details. */
export function sendError(response: Response, error: AppError): void {
  if (error.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(error.retryAfterSeconds));
  response.status(error.status);
  const traceId = traceIdOf(response);
  if (isV2(response.req)) response.type('application/problem+json').send(JSON.stringify(problemOf(error, traceId)));
  else response.json(errorEnvelope(error, traceId));
}
