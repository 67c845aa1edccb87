import { setTimeout as sleep } from 'node:timers/promises';
import type { TickPayload } from '@quotefleet/contracts';

const BATCH_EVERY_MS = 10;
/** Ticks in one publish. */
const BATCH_MAX = 2000;

export interface TickTrafficOptions {
  next: (ts: number) => TickPayload;
  perSecond: number;
  /** Resolves with how many were taken. */
  publish: (ticks: TickPayload[]) => Promise<number>;
}

export interface TrafficTotals {
  wantedPerSecond: number;
  published: number;
  /** Refused, or lost with a publish that failed. */
  refused: number;
  seconds: number;
  /** The first trouble, where there was any. */
  trouble?: string;
}

/** A source of ticks at a fixed pace; what cannot be published in time makes it slower, and is told. */
export class TickTraffic {
  readonly #options: TickTrafficOptions;
  readonly #totals: TrafficTotals;
  readonly #startedAt = performance.now();
  readonly #running: Promise<void>;
  #isStopped = false;

  constructor(options: TickTrafficOptions) {
    this.#options = options;
    this.#totals = { wantedPerSecond: options.perSecond, published: 0, refused: 0, seconds: 0 };
    this.#running = this.#run();
  }

  async stop(): Promise<TrafficTotals> {
    this.#isStopped = true;
    await this.#running;
    return this.#totals;
  }

  async #run(): Promise<void> {
    const { next, perSecond } = this.#options;
    let made = 0;
    while (!this.#isStopped) {
      const due = Math.floor(((performance.now() - this.#startedAt) * perSecond) / 1000);
      const count = Math.min(BATCH_MAX, due - made);
      // One that fell behind by more than a second does not catch up in a burst.
      made = Math.max(made + count, due - perSecond);
      if (count > 0) await this.#publish(Array.from({ length: count }, () => next(Date.now())));
      this.#totals.seconds = (performance.now() - this.#startedAt) / 1000;
      if (made >= due) await sleep(BATCH_EVERY_MS);
    }
  }

  async #publish(ticks: TickPayload[]): Promise<void> {
    try {
      const taken = await this.#options.publish(ticks);
      this.#totals.published += taken;
      this.#totals.refused += ticks.length - taken;
    } catch (error) {
      this.#totals.refused += ticks.length;
      this.#totals.trouble ??= error instanceof Error ? error.message : String(error);
      await sleep(BATCH_EVERY_MS);
    }
  }
}
