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
  readonly #timers: NodeJS.Timeout[] = [];
  #working: Promise<void> = Promise.resolve();

  constructor(context: LagWatchContext) {
    this.#context = context;
  }

  start(): void {
    this.#timers.push(
      setInterval(() => this.#enqueue(() => this.#measure()), MEASURE_INTERVAL_MS),
      setInterval(() => this.#enqueue(() => this.#clean()), CLEANUP_INTERVAL_MS),
    );
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#working;
  }

  #enqueue(work: () => Promise<void>): void {
    this.#working = this.#working.then(work).catch((error: unknown) => this.#context.events.outage(error));
  }

  async #measure(): Promise<void> {
    this.#context.events.measured(await this.#context.queue.status(), { lagAlarmMs: LAG_ALARM_MS });
  }

  async #clean(): Promise<void> {
    this.#context.events.cleaned(await this.#context.queue.cleanup(KEEP_PUBLISHED_MS));
  }
}
