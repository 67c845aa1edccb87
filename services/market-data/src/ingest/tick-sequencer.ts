import { randomUUID } from 'node:crypto';
import type { IngestTick, TickPayload } from '@quotefleet/contracts';

/**
 * Gives ticks their place in a sequence: the source's own where it has one (so that handing the same tick in
 * again stores it once), else the next of this process, whose epoch is new with every start.
 */
export class TickSequencer {
  readonly #epoch = randomUUID();
  readonly #lastSeq = new Map<string, number>();

  stamp(tick: IngestTick, receivedTs: number): TickPayload {
    if (tick.seq !== undefined && tick.epoch !== undefined)
      return { ...tick, seq: tick.seq, epoch: tick.epoch, receivedTs };
    const seq = (this.#lastSeq.get(tick.symbol) ?? 0) + 1;
    this.#lastSeq.set(tick.symbol, seq);
    return { ...tick, seq, epoch: this.#epoch, receivedTs };
  }
}
