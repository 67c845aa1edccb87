import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';

const traces = new AsyncLocalStorage<string>();
const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Carries the trace id inside the fleet and back to the client. */
export const TRACE_HEADER = 'x-trace-id';

/** The trace id of the request being served, or a new one outside of any. */
export function currentTraceId(): string {
  return traces.getStore() ?? newTraceId();
}

/** 32 hex digits, as W3C trace context has it. Node makes UUIDs ahead, so this is cheaper than 16 random bytes. */
export function newTraceId(): string {
  return randomUUID().replaceAll('-', '');
}

/** Takes the trace id from `traceparent` or the fleet's own header, else makes one; answers with it. */
export function traceRequests(): RequestHandler {
  return (request, response, next) => {
    const own = request.get(TRACE_HEADER);
    const traceId =
      TRACEPARENT.exec(request.get('traceparent') ?? '')?.[1] ??
      (own && /^[0-9a-f]{32}$/.test(own) ? own : newTraceId());
    request.headers[TRACE_HEADER] = traceId;
    response.setHeader(TRACE_HEADER, traceId);
    traces.run(traceId, next);
  };
}
