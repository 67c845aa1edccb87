import { type AuditPayload, createEvent, type EventEnvelope, TOPIC_PARTITIONS, TOPICS } from '@quotefleet/contracts';
import type { EventBus } from '../event-bus.ts';

const BATCH_MAX = 500;
const RETRY_MS = 1000;
/** How long a stop waits for the bus to take what is left. */
const CLOSE_MS = 3000;

/** What is counted and logged of audit events. */
export interface AuditMeter {
  queued(entry: AuditPayload): void;
  dropped(): void;
  trouble(error: unknown): void;
}

interface AuditPublisherOptions {
  /** The service that publishes. */
  name: string;
  bus: EventBus;
  meter: AuditMeter;
  /** Events that wait in memory while the bus is slow or away; what comes on top is counted and dropped. */
  queueMax: number;
}

/** Brings audit events to the bus in the background: a call never waits for it. */
export class AuditPublisher {
  readonly #options: AuditPublisherOptions;
  readonly #queue: EventEnvelope<AuditPayload>[] = [];
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #hasTopic = false;
  /** Dropped since the last event that told of it. */
  #dropped = 0;

  constructor(options: AuditPublisherOptions) {
    this.#options = options;
  }

  get depth(): number {
    return this.#queue.length;
  }

  publish(entry: AuditPayload, traceId?: string): void {
    const { meter, queueMax } = this.#options;
    if (this.#queue.length >= queueMax) {
      this.#dropped += 1;
      meter.dropped();
      return;
    }
    this.#queue.push(createEvent('audit', entry, traceId));
    meter.queued(entry);
    this.#running ??= this.#run();
  }

  /** Gives the bus a last chance; what it does not take in time is dropped. */
  async close(): Promise<void> {
    const timer = setTimeout(() => this.#closing.abort(), CLOSE_MS);
    const given = new Promise((resolve) => this.#closing.signal.addEventListener('abort', resolve));
    await Promise.race([this.#running, given]);
    clearTimeout(timer);
    this.#closing.abort();
    for (const _event of this.#queue.splice(0)) this.#options.meter.dropped();
  }

  async #run(): Promise<void> {
    const { bus, meter } = this.#options;
    while (this.#queue.length > 0 && !this.#closing.signal.aborted) {
      const batch = this.#queue.slice(0, BATCH_MAX);
      try {
        if (!this.#hasTopic) await bus.ensureTopics([{ name: TOPICS.audit, partitions: TOPIC_PARTITIONS }]);
        this.#hasTopic = true;
        await bus.publish(
          TOPICS.audit,
          batch.map((value) => ({ key: value.payload.actor, value })),
        );
        this.#queue.splice(0, batch.length);
        this.#tellOfDropped();
      } catch (error) {
        meter.trouble(error);
        await pause(RETRY_MS, this.#closing.signal);
      }
    }
    this.#running = undefined;
  }

  #tellOfDropped(): void {
    if (this.#dropped === 0) return;
    const entry: AuditPayload = {
      actor: 'system',
      action: 'audit.overflow',
      target: this.#options.name,
      outcome: 'failed',
      reason: 'the bus took events more slowly than they came',
      count: this.#dropped,
    };
    this.#dropped = 0;
    this.#queue.push(createEvent('audit', entry));
    this.#options.meter.queued(entry);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
