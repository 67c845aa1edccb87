import { type DeadLetter, PoisonEventError, type ReceivedEvent, type SubscribeOptions } from '../event-bus.ts';
import { reasonOf } from '../reason-of.ts';
import { backoffMs, pause } from './pause.ts';

/** So that the letter of the largest event is one that a topic takes, even when JSON escapes all of it. */
const LETTER_CHARS_MAX = 128 * 1024;

/** An event as the driver holds it, before it is decoded. */
export interface RawEvent {
  key: string;
  offset: string;
  /** The JSON value; throws where the bytes are no JSON. */
  read(): unknown;
  /** The value as text, whatever it holds. */
  text(): string;
}

/** Consecutive events of one partition, before they are decoded. */
export interface RawBatch {
  topic: string;
  partition: number;
  events: readonly RawEvent[];
}

interface DeliverContext {
  /** Given to the handler; when aborted nothing is tried again. */
  signal: AbortSignal;
  /** Whether the partition went to another member of the group meanwhile. */
  isLost(): boolean;
  /** Puts an event into the dead letters of its topic. */
  bury(letter: DeadLetter): Promise<void>;
}

/**
 * Decodes a batch and hands it in until the handler takes it, so that its position may be committed.
 * Rejects only when the subscription closes or the partition is lost: then it must not be.
 */
export async function deliver<T>(
  batch: RawBatch,
  options: SubscribeOptions<T>,
  context: DeliverContext,
): Promise<void> {
  const delivery = new Delivery(batch, options, context);
  for (let attempt = 0; ; attempt += 1) {
    try {
      await delivery.attempt();
      return;
    } catch (error) {
      if (!delivery.isOver()) {
        options.onTrouble?.({ kind: 'redelivery', topic: batch.topic, reason: reasonOf(error) });
        await pause(backoffMs(attempt), context.signal);
      }
      if (delivery.isOver()) {
        throw error;
      }
    }
  }
}

class Delivery<T> {
  readonly #batch: RawBatch;
  readonly #options: SubscribeOptions<T>;
  readonly #context: DeliverContext;
  /** What is left to hand in: dead letters leave it, so that none is buried twice. */
  #rest: readonly RawEvent[];

  constructor(batch: RawBatch, options: SubscribeOptions<T>, context: DeliverContext) {
    this.#batch = batch;
    this.#options = options;
    this.#context = context;
    this.#rest = batch.events;
  }

  isOver(): boolean {
    return this.#context.signal.aborted || this.#context.isLost();
  }

  async attempt(): Promise<void> {
    const { topic, partition } = this.#batch;
    for (let events = await this.#decode(); events.length > 0; events = await this.#decode()) {
      try {
        await this.#options.handle({ topic, partition, events }, this.#context.signal);
        return;
      } catch (error) {
        const poison = error instanceof PoisonEventError ? this.#rest[error.index] : undefined;
        if (poison === undefined) {
          throw error;
        }
        await this.#bury(poison, error);
      }
    }
  }

  async #decode(): Promise<ReceivedEvent<T>[]> {
    const events: ReceivedEvent<T>[] = [];
    for (const raw of this.#rest) {
      let value: T;
      try {
        value = this.#options.decode(raw.read());
      } catch (error) {
        await this.#bury(raw, error);
        continue;
      }
      events.push({ key: raw.key, value, offset: raw.offset });
    }
    return events;
  }

  async #bury(raw: RawEvent, error: unknown): Promise<void> {
    const { topic, partition } = this.#batch;
    const { key, offset } = raw;
    const reason = reasonOf(error);
    const letter = { topic, partition, offset, group: this.#options.group, key, reason };
    await this.#context.bury({ ...letter, failedAt: Date.now(), value: raw.text().slice(0, LETTER_CHARS_MAX) });
    this.#rest = this.#rest.filter((other) => other !== raw);
    this.#options.onTrouble?.({ kind: 'dead-letter', topic, reason });
  }
}
