import type { DataManager } from '@quotefleet/data';
import type { MarketDataEvents } from './events.ts';
import type { Idempotency } from './ingest/idempotency.ts';

const EVERY_MS = 3600 * 1000;

interface HousekeepingOptions {
  data: DataManager;
  idempotency: Idempotency;
  events: MarketDataEvents;
}

/** Every hour: makes partitions ahead, drops what is past its retention, forgets old keys. Every node may do it. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void>;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
    this.#running = this.#run();
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.#run());
    }, EVERY_MS);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { data, idempotency, events } = this.#options;
    try {
      const retired = await data.series.retire(Date.now());
      if (retired.length > 0) events.retired(retired);
      await idempotency.forgetOld();
    } catch (error) {
      events.choreFailed('housekeeping', error);
    }
  }
}
