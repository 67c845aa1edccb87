import type { BarPayload, DepthPayload, GapPayload, ServerMessage, TickPayload } from '@quotefleet/contracts';
import type { Latest, Step } from './market-state.ts';

type DataKind = 'tick' | 'depth' | 'index' | 'bar' | 'gap';

interface Gap {
  payload: GapPayload;
  step: Step;
}

/**
 * Ticks count by one: a step over more, as between a stored snapshot and the first tick off the bus, is announced by a
 * message that closes the distance, so that the chain of sequences holds and the hole is plain.
 */
export function splitGap(step: Step): { gap?: Gap; next: Step } {
  const { epoch, seq, prevSeq } = step;
  if (prevSeq === undefined || seq <= prevSeq + 1) return { next: step };
  const payload: GapPayload = { from: prevSeq + 1, to: seq - 1, reason: 'not-received' };
  return { gap: { payload, step: { epoch, seq: seq - 1, prevSeq } }, next: { epoch, seq, prevSeq: seq - 1 } };
}

/** The book of a tick. */
export function depthOf(tick: TickPayload): DepthPayload {
  const { symbol, ts, seq, epoch, bidPrices, bidVolumes, askPrices, askVolumes } = tick;
  return { symbol, ts, seq, epoch, bidPrices, bidVolumes, askPrices, askVolumes };
}

/** The newest value of a room as a message of its own. */
export function dataMessage(
  type: DataKind,
  room: string,
  { payload, traceId, ts, epoch, seq }: Latest<TickPayload | DepthPayload | BarPayload>,
): ServerMessage {
  return { type, room, payload, traceId, ...(epoch === '' ? {} : { epoch }), seq, ts };
}

/** The JSON of a ServerMessage around a payload that is JSON already: one payload serves two rooms. */
export function dataJson(type: DataKind, room: string, payload: string, tail: string): string {
  return `{"type":"${type}","room":"${room}","payload":${payload},${tail}`;
}

/** What follows the payload, the same in every room of a value. */
export function messageTail({ epoch, seq, prevSeq }: Step, traceId: string, ts: number): string {
  const prev = prevSeq === undefined ? '' : `,"prevSeq":${prevSeq}`;
  return `"traceId":${JSON.stringify(traceId)},"epoch":${JSON.stringify(epoch)},"seq":${seq}${prev},"ts":${ts}}`;
}
