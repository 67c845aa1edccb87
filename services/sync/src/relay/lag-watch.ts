import type { OutboxQueue } from '@quotefleet/relational';
import type { SyncEvents } from '../events.ts';

const MEASURE_INTERVAL_MS = 1000;
const CLEANUP_INTERVAL_MS = 60_000;
/** Published events are kept this long, for those who look into what happened. */
const KEEP_PUBLISHED_MS = 24 * 3600 * 1000;
/** An event older than this that still waits is an alarm (design section 8). */
const LAG_ALARM_MS = 5000;

export interface LagWatchContext {
  queue: OutboxQueue;
  events: SyncEvents;
}

/** Measures every second how far the relay is behind, and removes what was published long ago. */
export class LagWatch {
  readonly #context: LagWatchContext;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> | undefined;
  #nextCleanupMs = 0;

  constructor(context: LagWatchContext) {
    this.#context = context;
  }

  start(): void {
    this.#timer = setInterval(() => this.#takeTurn(), MEASURE_INTERVAL_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#turn;
  }

  /** Skips a turn while a slow database still works at the one before. */
  #takeTurn(): void {
    this.#turn ??= this.#measure()
      .catch((error: unknown) => this.#context.events.outage(error))
      .finally(() => {
        this.#turn = undefined;
      });
  }

  async #measure(): Promise<void> {
    const { queue, events } = this.#context;
    events.measured(await queue.status(), { lagAlarmMs: LAG_ALARM_MS });
    if (performance.now() < this.#nextCleanupMs) return;
    events.cleaned(await queue.cleanup(KEEP_PUBLISHED_MS));
    this.#nextCleanupMs = performance.now() + CLEANUP_INTERVAL_MS;
  }
}
