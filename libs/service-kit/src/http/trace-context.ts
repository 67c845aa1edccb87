import { randomFillSync } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Carries the trace id inside the fleet and back to the client. */
export const TRACE_HEADER = 'x-trace-id';
/** Names what a client does in a word of its own, over as many calls as it likes. */
export const CORRELATION_HEADER = 'x-correlation-id';

/** Where a request stands in a trace (W3C Trace Context, level 2). */
export interface Trace {
  /** 32 hex digits. */
  id: string;
  /** 16 hex digits: this service's part of the work, the parent of whatever it asks of others. */
  span: string;
  /** Two hex digits: bit 0 sampled, bit 1 random. */
  flags: string;
  /** `tracestate` as it came. */
  state?: string;
  /** As the client gave it, else the trace id. */
  correlationId: string;
}

const HEAD = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}/;
const HEAD_CHARS = 55;
const KNOWN_FLAGS = 0b11;
const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const TRACE_STATE = /^[\x20-\x7e]{1,512}$/;
const CORRELATION_ID = /^[A-Za-z0-9][A-Za-z0-9._~:/+=@-]{0,127}$/;

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
/** Random bytes made ahead: each asking of the system's generator costs more than hundreds of ids do. */
const random = Buffer.alloc(8192);
let used = random.length;

/** 32 hex digits, as W3C trace context has it. */
export function newTraceId(): string {
  return randomHex(TRACE_ID_BYTES);
}

function newSpanId(): string {
  return randomHex(SPAN_ID_BYTES);
}

function randomHex(bytes: number): string {
  if (used + bytes > random.length) {
    randomFillSync(random);
    used = 0;
  }
  used += bytes;
  return random.toString('hex', used - bytes, used);
}

/** The trace that a request belongs to; a new one where what it says is missing or malformed. */
export function readTrace(headers: IncomingHttpHeaders): Trace {
  const parent = parseTraceparent(headers.traceparent);
  const own = headers[TRACE_HEADER];
  const id = parent?.id ?? (typeof own === 'string' && TRACE_ID.test(own) ? own : newTraceId());
  const state = parent && joined(headers.tracestate);
  const correlationId = headers[CORRELATION_HEADER];
  return {
    id,
    span: newSpanId(),
    flags: parent?.flags ?? '00',
    ...(state !== undefined && TRACE_STATE.test(state) ? { state } : {}),
    correlationId: typeof correlationId === 'string' && CORRELATION_ID.test(correlationId) ? correlationId : id,
  };
}

/** The header by which others join a trace. */
export function traceparentOf({ id, span, flags }: Trace): string {
  return `00-${id}-${span}-${flags}`;
}

/** The headers by which a request passes its trace on. */
export function headersOfTrace(trace: Trace): Record<string, string> {
  return {
    traceparent: traceparentOf(trace),
    ...(trace.state === undefined ? {} : { tracestate: trace.state }),
    [TRACE_HEADER]: trace.id,
    [CORRELATION_HEADER]: trace.correlationId,
  };
}

/**
 * `version-traceid-parentid-flags`, all in small hex digits. A later version may go on after another dash; version ff,
 * an id of zeros and a header that came twice are refused.
 */
function parseTraceparent(header: unknown): { id: string; flags: string } | undefined {
  if (typeof header !== 'string') return undefined;
  if (!HEAD.test(header) || header.startsWith('ff')) return undefined;
  const version = header.slice(0, 2);
  const id = header.slice(3, 35);
  const flags = header.slice(53, HEAD_CHARS);
  const rest = header.slice(HEAD_CHARS);
  if (rest !== '' && (version === '00' || !rest.startsWith('-'))) return undefined;
  return { id, flags: `0${Number.parseInt(flags, 16) & KNOWN_FLAGS}` };
}

function joined(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
