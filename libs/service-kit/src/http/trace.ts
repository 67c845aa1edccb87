import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';
import {
  CORRELATION_HEADER,
  headersOfTrace,
  newTraceId,
  readTrace,
  TRACE_HEADER,
  type Trace,
  traceparentOf,
} from './trace-context.ts';

const traces = new AsyncLocalStorage<Trace>();

/** The trace of the request being served. */
export function currentTrace(): Trace | undefined {
  return traces.getStore();
}

/** The trace id of the request being served, or a new one outside of any. */
export function currentTraceId(): string {
  return traces.getStore()?.id ?? newTraceId();
}

/** The headers by which a call to another service joins the trace of the request being served. */
export function traceHeaders(): Record<string, string> {
  return headersOfTrace(traces.getStore() ?? readTrace({}));
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

/** Every request belongs to a trace, its caller's or a new one, and is answered with its id and the correlation id. */
export function traceRequests(): RequestHandler {
  return (request, response, next) => {
    const trace = takeTrace(request.headers);
    response.setHeader(TRACE_HEADER, trace.id);
    response.setHeader(CORRELATION_HEADER, trace.correlationId);
    traces.run(trace, next);
  };
}
