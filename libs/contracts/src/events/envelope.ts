import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { epochMs } from '../primitives.ts';

/** What every bus message looks like; keyed by symbol (or aggregate id) on the bus. */
export interface EventEnvelope<T> {
  /** Unique per event: consumers dedupe by it. */
  id: string;
  type: string;
  /** Schema version of the payload; changes inside one are additive. */
  version: number;
  /** When the event was made, ms since epoch UTC. */
  ts: number;
  traceId: string;
  payload: T;
}

/** The schema of an envelope around `payload`. */
export function envelopeOf<T extends z.ZodType>(type: string, payload: T) {
  return z.object({
    id: z.string().min(1).max(100),
    type: z.literal(type),
    version: z.int().min(1),
    ts: epochMs,
    traceId: z.string().max(100),
    payload,
  });
}

/** Wraps a payload into an envelope of version 1 made now. */
export function createEvent<T>(
  type: string,
  payload: T,
  traceId: string = randomUUID().replaceAll('-', ''),
): EventEnvelope<T> {
  return { id: randomUUID(), type, version: 1, ts: Date.now(), traceId, payload };
}
