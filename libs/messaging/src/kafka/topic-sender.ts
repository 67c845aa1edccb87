import type { Message } from 'kafkajs';
import { BusUnavailableError } from '../event-bus.ts';
import { reasonOf } from '../reason-of.ts';

/** After this a publish is given up, whatever the client still tries. */
const PUBLISH_TIMEOUT_MS = 10_000;
/** Brokers take 1 MiB per partition and request by default. */
const REQUEST_BYTES_MAX = 512 * 1024;
const REQUEST_EVENTS_MAX = 2_000;
const QUEUE_EVENTS_MAX = 200_000;

/** An event ready to be sent. */
export interface EncodedEvent {
  message: Message;
  bytes: number;
}

interface QueuedEvent extends EncodedEvent {
  publish: PendingPublish;
}

interface PendingPublish {
  unsent: number;
  settle: (failure?: BusUnavailableError) => void;
}

/**
 * Sends the events of one topic, one request at a time: what is published meanwhile goes into the
 * next one together. So the order per key also holds when a request has to be repeated, and many
 * small publishes cost few requests.
 */
export class TopicSender {
  readonly #topic: string;
  readonly #send: (messages: Message[]) => Promise<void>;
  #queue: QueuedEvent[] = [];
  #isSending = false;

  constructor(topic: string, send: (messages: Message[]) => Promise<void>) {
    this.#topic = topic;
    this.#send = send;
  }

  publish(events: readonly EncodedEvent[]): Promise<void> {
    if (events.length === 0) {
      return Promise.resolve();
    }
    if (this.#queue.length + events.length > QUEUE_EVENTS_MAX) {
      return Promise.reject(this.#unavailable(`${this.#queue.length} events are waiting to be sent already`));
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#queue = this.#queue.filter((event) => event.publish !== publish);
        publish.settle(this.#unavailable(`not acknowledged within ${PUBLISH_TIMEOUT_MS} ms`));
      }, PUBLISH_TIMEOUT_MS);
      const settle = (failure?: BusUnavailableError) => {
        clearTimeout(timer);
        if (failure) {
          reject(failure);
        } else {
          resolve();
        }
      };
      const publish: PendingPublish = { unsent: events.length, settle };
      for (const { message, bytes } of events) {
        this.#queue.push({ message, bytes, publish });
      }
      if (!this.#isSending) {
        this.#isSending = true;
        // A turn of the event loop later, so that publishes made at once share the first request.
        setImmediate(() => void this.#sendAll());
      }
    });
  }

  /** Refuses what was not taken into a request yet. */
  refuseQueued(reason: string, cause?: unknown): void {
    const failure = this.#unavailable(reason, cause);
    for (const { publish } of this.#queue.splice(0)) {
      publish.settle(failure);
    }
  }

  async #sendAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const request = this.#take();
      try {
        await this.#send(request.map(({ message }) => message));
        for (const { publish } of request) {
          publish.unsent -= 1;
          if (publish.unsent === 0) {
            publish.settle();
          }
        }
      } catch (error) {
        const failure = this.#unavailable(reasonOf(error), error);
        for (const { publish } of request) {
          publish.settle(failure);
        }
        // Later events must not overtake those that failed.
        this.refuseQueued(reasonOf(error), error);
      }
    }
    this.#isSending = false;
  }

  #take(): QueuedEvent[] {
    let count = 0;
    let bytes = 0;
    for (const event of this.#queue) {
      if (count > 0 && (count === REQUEST_EVENTS_MAX || bytes + event.bytes > REQUEST_BYTES_MAX)) {
        break;
      }
      bytes += event.bytes;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  #unavailable(reason: string, cause?: unknown): BusUnavailableError {
    return new BusUnavailableError(`topic ${this.#topic}: ${reason}`, { cause });
  }
}
