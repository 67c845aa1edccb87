import type { GapPayload } from '@quotefleet/contracts';
import type { Step } from '../rooms/market-state.ts';

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
