import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';
import { DEADLINE_HEADER, readDeadline } from './deadline.ts';
import {
  CORRELATION_HEADER,
  headersOfTrace,
  newTraceId,
  readTrace,
  TRACE_HEADER,
  type Trace,
  traceparentOf,
} from './trace-context.ts';

/** What is known of the request being served. */
interface Serving {
  trace: Trace;
  deadline: number | undefined;
}

const serving = new AsyncLocalStorage<Serving>();

/** The trace of the request being served. */
export function currentTrace(): Trace | undefined {
  return serving.getStore()?.trace;
}

/** The trace id of the request being served, or a new one outside of any. */
export function currentTraceId(): string {
  return serving.getStore()?.trace.id ?? newTraceId();
}

/** How long the caller of the request being served still waits, in ms; for ever where it does not say. */
export function remainingMs(): number {
  const deadline = serving.getStore()?.deadline;
  return deadline === undefined ? Number.POSITIVE_INFINITY : Math.max(0, deadline - performance.now());
}

/** The headers by which a call to another service joins the trace of the request being served, and its deadline. */
export function traceHeaders(): Record<string, string> {
  const headers = headersOfTrace(currentTrace() ?? readTrace({}));
  const left = remainingMs();
  if (Number.isFinite(left)) headers[DEADLINE_HEADER] = String(Math.ceil(left));
  return headers;
}

/** Reads the trace that a request belongs to, and makes of its headers those to pass it on by. */
export function takeTrace(headers: IncomingHttpHeaders): Trace {
  const trace = readTrace(headers);
  headers.traceparent = traceparentOf(trace);
  // Not by `delete`, which would make every later look at the headers slow.
  if (headers.tracestate !== undefined) headers.tracestate = trace.state;
  headers[TRACE_HEADER] = trace.id;
  headers[CORRELATION_HEADER] = trace.correlationId;
  return trace;
}

/**
 * Every request belongs to a trace, its caller's or a new one, and is answered with its id and the correlation id.
 * How long its caller waits is believed of the fleet alone: work for one caller may be shared with others.
 */
export function traceRequests({ fromFleet }: { fromFleet: boolean }): RequestHandler {
  return (request, response, next) => {
    const trace = takeTrace(request.headers);
    response.setHeader(TRACE_HEADER, trace.id);
    response.setHeader(CORRELATION_HEADER, trace.correlationId);
    serving.run({ trace, deadline: fromFleet ? readDeadline(request.headers) : undefined }, next);
  };
}
