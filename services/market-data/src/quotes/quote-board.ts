import type { TickPayload } from '@quotefleet/contracts';
import type { DataManager } from '@quotefleet/data';
import { toQuoteRow } from './quote.ts';

const QUOTES = 'quotes';
const FLUSH_MS = 500;

/**
 * Keeps the last quote of every symbol in storage, at most half a second old, so that the whole market is one query away.
 * A quote that could not be stored is stored with the next flush; the ticks themselves are stored elsewhere.
 */
export class QuoteBoard {
  readonly #data: DataManager;
  readonly #onFailure: (error: unknown) => void;
  readonly #waiting = new Map<string, TickPayload>();
  /** Time of the newest tick of each symbol: a late one is no news. */
  readonly #newest = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #flushing: Promise<void> = Promise.resolve();

  constructor(data: DataManager, onFailure: (error: unknown) => void) {
    this.#data = data;
    this.#onFailure = onFailure;
    this.#timer = setInterval(() => this.#flush(), FLUSH_MS);
    this.#timer.unref();
  }

  /** Takes ticks in the order they came. */
  saw(ticks: readonly TickPayload[]): void {
    for (const tick of ticks) {
      if (tick.ts < (this.#newest.get(tick.symbol) ?? 0)) continue;
      this.#newest.set(tick.symbol, tick.ts);
      this.#waiting.set(tick.symbol, tick);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#flush();
    await this.#flushing;
  }

  #flush(): void {
    this.#flushing = this.#flushing.then(() => this.#save());
  }

  async #save(): Promise<void> {
    if (this.#waiting.size === 0) return;
    const ticks = [...this.#waiting.values()];
    this.#waiting.clear();
    try {
      await this.#data.save(QUOTES, ticks.map(toQuoteRow));
    } catch (error) {
      this.#onFailure(error);
      // Newer ones may have come meanwhile.
      for (const tick of ticks) if (!this.#waiting.has(tick.symbol)) this.#waiting.set(tick.symbol, tick);
    }
  }
}
