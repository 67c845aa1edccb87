import type { OutboxStatus, RelayOutcome } from '@quotefleet/relational';
import type { Gauge, Logger, Metrics } from '@quotefleet/service-kit';

/** The one place where what the relay does is counted and logged. */
export class SyncEvents {
  readonly #logger: Logger;
  readonly #rows;
  readonly #outages;
  readonly #pending: Gauge;
  readonly #failed: Gauge;
  readonly #lag: Gauge;
  #isOut = false;
  #isLagging = false;

  constructor(logger: Logger, metrics: Metrics) {
    this.#logger = logger;
    this.#rows = metrics.counter('outbox_events_total', 'Outbox events by what became of them', ['outcome']);
    this.#outages = metrics.counter('outbox_outages_total', 'Rounds ended by a bus or database that was away');
    this.#pending = metrics.gauge('outbox_pending', 'Events that wait');
    this.#failed = metrics.gauge('outbox_dead_letters', 'Events given up');
    this.#lag = metrics.gauge('outbox_lag_seconds', 'Age of the oldest waiting event');
  }

  relayed({ published, retrying, deadLettered }: RelayOutcome): void {
    this.#rows.inc({ outcome: 'published' }, published);
    this.#rows.inc({ outcome: 'retrying' }, retrying);
    this.#rows.inc({ outcome: 'dead-letter' }, deadLettered);
    if (retrying > 0) this.#logger.warn({ retrying }, 'the bus refused events; they are tried again');
    if (deadLettered > 0) this.#logger.error({ deadLettered }, 'events became dead letters of the outbox');
  }

  /** Bus or database did not answer; said once per outage. */
  outage(error: unknown): void {
    this.#outages.inc();
    if (!this.#isOut) this.#logger.warn({ err: error }, 'the outbox waits: bus or database is away');
    this.#isOut = true;
  }

  recovered(): void {
    if (this.#isOut) this.#logger.info('the outbox is relayed again');
    this.#isOut = false;
  }

  measured({ pending, failed, lagMs }: OutboxStatus, { lagAlarmMs }: { lagAlarmMs: number }): void {
    this.#pending.set(pending);
    this.#failed.set(failed);
    this.#lag.set(lagMs / 1000);
    const isLagging = lagMs > lagAlarmMs;
    if (isLagging && !this.#isLagging) this.#logger.error({ pending, lagMs }, 'the outbox lags behind');
    if (!isLagging && this.#isLagging) this.#logger.info({ pending, lagMs }, 'the outbox has caught up');
    this.#isLagging = isLagging;
  }

  cleaned(removed: number): void {
    if (removed > 0) this.#logger.info({ removed }, 'removed published events from the outbox');
  }
}
