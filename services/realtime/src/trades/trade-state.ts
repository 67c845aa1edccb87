import type { TradePayload } from '@quotefleet/contracts';
import type { Arrival, Latest, Step } from '../rooms/market-state.ts';

/** The newest trade of every symbol. */
export class TradeState {
  readonly #latest = new Map<string, Latest<TradePayload>>();

  latest(symbol: string): Latest<TradePayload> | undefined {
    return this.#latest.get(symbol);
  }

  values(): Iterable<Latest<TradePayload>> {
    return this.#latest.values();
  }

  /**
   * Takes a trade off the bus; undefined for one that is no news: delivered before, or of before the newest one, as when
   * somebody hands in what is missing of the past. Epochs are days, so that they are in order too.
   */
  accept({ payload, traceId, ts }: Arrival<TradePayload>): Step | undefined {
    const { symbol, epoch, seq } = payload;
    const before = this.#latest.get(symbol);
    const isSameDay = before?.epoch === epoch;
    if (before && (isSameDay ? seq <= before.seq : epoch < before.epoch)) return undefined;
    this.#latest.set(symbol, { payload, traceId, ts, epoch, seq });
    return { epoch, seq, prevSeq: isSameDay ? before?.seq : undefined };
  }

  /** Takes what storage knew of a symbol of which the bus has brought nothing yet. */
  seed(event: Arrival<TradePayload>): void {
    if (!this.#latest.has(event.payload.symbol)) this.accept(event);
  }
}
