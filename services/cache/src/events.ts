import type { Logger, Metrics } from '@quotefleet/service-kit';
import type { AnswerSource } from './answers/answer.ts';

/** At most one line a second about a second level that is away. */
const LOG_PAUSE_MS = 1000;

/** The one place where what happens in this service is counted and logged. */
export class CacheEvents {
  readonly #logger: Logger;
  readonly #answers;
  readonly #invalidations;
  readonly #sharedFailures;
  readonly #troubles;
  #quietUntil = 0;

  constructor(logger: Logger, metrics: Metrics) {
    this.#logger = logger;
    this.#answers = metrics.counter('cache_answers_total', 'Answers by where they came from', ['endpoint', 'source']);
    this.#invalidations = metrics.counter('cache_invalidations_total', 'Changes of data told by the bus', ['cause']);
    this.#sharedFailures = metrics.counter('cache_l2_failures_total', 'Failures of the second level');
    this.#troubles = metrics.counter('bus_troubles_total', 'Redeliveries, dead letters, lost connections', ['kind']);
  }

  answered(endpoint: string, source: AnswerSource | 'bypass'): void {
    this.#answers.inc({ endpoint, source });
  }

  invalidated(cause: 'import' | 'bar', count: number): void {
    this.#invalidations.inc({ cause }, count);
  }

  servedStale(path: string, error: unknown): void {
    this.#logger.warn({ path, err: error }, 'served a stale answer: market-data gave none');
  }

  sharedStoreFailed(error: unknown): void {
    this.#sharedFailures.inc();
    if (Date.now() < this.#quietUntil) return;
    this.#quietUntil = Date.now() + LOG_PAUSE_MS;
    this.#logger.warn({ err: error }, 'the second level failed: answers come from memory or market-data');
  }

  busTrouble(trouble: { kind: string; topic?: string; reason: string }): void {
    this.#troubles.inc({ kind: trouble.kind });
    this.#logger.warn(trouble, 'trouble with the bus');
  }
}
