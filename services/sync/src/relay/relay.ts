import { setTimeout as sleep } from 'node:timers/promises';
import type { EventBus } from '@quotefleet/messaging';
import { OUTBOX_PARTS, type OutboxQueue, type OutboxRow } from '@quotefleet/relational';
import type { SyncEvents } from '../events.ts';

const BATCH_MAX = 200;
/** Parts relayed at a time; each holds a database connection. */
const PARTS_AT_A_TIME = 4;
const PAUSE_FIRST_MS = 100;
const PAUSE_MAX_MS = 2000;

export interface RelayContext {
  queue: OutboxQueue;
  bus: EventBus;
  events: SyncEvents;
  pollIntervalMs: number;
}

/** Carries the outbox to the bus, part by part, until it is closed. Several relays may run at once. */
export class Relay {
  readonly #context: RelayContext;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #publishedCount = 0;

  constructor(context: RelayContext) {
    this.#context = context;
  }

  /** Events published since the start. */
  get publishedCount(): number {
    return this.#publishedCount;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Stops after the batches in hand. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    let pauseMs = PAUSE_FIRST_MS;
    while (!this.#stop.signal.aborted) {
      try {
        const relayed = await this.#relayParts();
        this.#context.events.recovered();
        pauseMs = PAUSE_FIRST_MS;
        if (relayed === 0) await this.#sleep(this.#context.pollIntervalMs);
      } catch (error) {
        this.#context.events.outage(error);
        await this.#sleep(pauseMs);
        pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
      }
    }
  }

  /** Relays a batch of every part; answers how many events went out. */
  async #relayParts(): Promise<number> {
    const parts = Array.from({ length: OUTBOX_PARTS }, (_, part) => part).values();
    let relayed = 0;
    const worker = async () => {
      for (const part of parts) relayed += await this.#relayPart(part);
    };
    const outcomes = await Promise.allSettled(Array.from({ length: PARTS_AT_A_TIME }, worker));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return relayed;
  }

  async #relayPart(part: number): Promise<number> {
    const { queue, events } = this.#context;
    const outcome = await queue.relayBatch(part, BATCH_MAX, (rows) => this.#publish(rows));
    events.relayed(outcome);
    this.#publishedCount += outcome.published;
    return outcome.published;
  }

  /** One call per topic; the order of a key within its topic is kept. */
  async #publish(rows: readonly OutboxRow[]): Promise<void> {
    const topics = Map.groupBy(rows, (row) => row.topic);
    for (const [topic, ofTopic] of topics) {
      await this.#context.bus.publish(
        topic,
        ofTopic.map(({ key, event }) => ({ key, value: event })),
      );
    }
  }

  async #sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}
