import { STATUS_CODES } from 'node:http';
import { type AppError, CORRELATION_HEADER, errorEnvelope, problemOf, TRACE_HEADER } from '@quotefleet/service-kit';

const V2_PREFIX = '/api/v2/';

interface Refused {
  /** As far as it is known: its version tells the form. */
  target: string;
  traceId: string;
  correlationId?: string;
}

/** An error as it goes over a connection that has no response object: an upgrade's, or that of no request at all. */
export function refusalText(error: AppError, { target, traceId, correlationId = traceId }: Refused): string {
  const isV2 = target.startsWith(V2_PREFIX);
  const body = JSON.stringify(isV2 ? problemOf(error, traceId) : errorEnvelope(error, traceId));
  const lines = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    `Content-Type: application/${isV2 ? 'problem+json' : 'json'}; charset=utf-8`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `${TRACE_HEADER}: ${traceId}`,
    `${CORRELATION_HEADER}: ${correlationId}`,
    ...(error.retryAfterSeconds === undefined ? [] : [`Retry-After: ${error.retryAfterSeconds}`]),
    'Connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
