import type { TickPayload } from '@quotefleet/contracts';
import type { TimeSeriesStore } from '@quotefleet/timeseries';
import { TICKS } from '../series/series.ts';

/** Tells when the first ticks with a trade that a source handed over have reached the store. */
export class FirstTicks {
  readonly #store: TimeSeriesStore;
  #symbol: string | undefined;
  #stored = false;

  constructor(store: TimeSeriesStore) {
    this.#store = store;
  }

  /** Takes note of ticks that the bus has accepted. */
  saw(ticks: readonly TickPayload[]): void {
    this.#symbol ??= ticks.find((tick) => tick.volume > 0)?.symbol;
  }

  /** Rejects until they can be read. */
  async check(): Promise<void> {
    if (this.#stored) return;
    const rows = this.#symbol === undefined ? [] : await this.#store.latest(TICKS, [this.#symbol]);
    if (Number(rows[0]?.volume ?? 0) === 0) throw new Error('the first ticks of the source have not been stored yet');
    this.#stored = true;
  }
}
