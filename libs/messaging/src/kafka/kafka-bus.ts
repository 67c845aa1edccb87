import { deadLetterTopic } from '@quotefleet/contracts';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { backoffMs, endsWithin, pause } from '../delivery/pause.ts';
import {
  BusUnavailableError,
  type DeadLetter,
  type EventBus,
  type OutgoingEvent,
  type SubscribeOptions,
  type Subscription,
  type TopicSpec,
} from '../event-bus.ts';
import { reasonOf } from '../reason-of.ts';
import { requireTopicSpec } from '../topic-spec.ts';
import { type BusLogger, kafkaLogTo } from './kafka-log.ts';
import { KafkaPublisher } from './kafka-publisher.ts';
import { KAFKA_RETRY } from './kafka-retry.ts';
import { KafkaSubscription } from './kafka-subscription.ts';
import { quietConnections } from './quiet-connections.ts';

const CONNECTION_TIMEOUT_MS = 2_000;
const REQUEST_TIMEOUT_MS = 8_000;
const ENSURE_ATTEMPTS = 3;
const CHECK_TIMEOUT_MS = 3_000;
const CLOSE_TIMEOUT_MS = 2_800;

interface CreateKafkaBusOptions {
  /** `host:port` of some brokers. */
  brokers: readonly string[];
  /** Names this process in the brokers' logs and quotas. */
  clientId: string;
  /** Gets what the client reports; silent where absent. */
  logger?: BusLogger;
}

/**
 * The bus of the fleet, on Kafka.
 *
 * - A publish resolves once all in-sync replicas have the events; it rejects with
 *   BusUnavailableError within 10 s otherwise, and then the events may or may not be there. Sent once
 *   more they may be there twice: consumers dedupe. (The idempotent producer of kafkajs is not used:
 *   after a request whose outcome is unknown it gives its sequence numbers to other events, which the
 *   broker then takes for the first ones and drops.)
 * - Handlers of one subscription run at once for up to four partitions. A handler that keeps failing
 *   holds back the other partitions of its subscription, too.
 * - `from: { sinceMs }` goes by the times that publishers gave their events, and by the clock of this process.
 * - A member that died is noticed after 10 s; its partitions then go to others.
 */
export function createKafkaBus(options: CreateKafkaBusOptions): EventBus {
  return new KafkaBus(options);
}

class KafkaBus implements EventBus {
  readonly #kafka: Kafka;
  readonly #publisher: KafkaPublisher;
  readonly #subscriptions = new Set<Subscription>();
  readonly #deadLetterTopics = new Set<string>();
  readonly #closing = new AbortController();

  constructor({ brokers, clientId, logger }: CreateKafkaBusOptions) {
    quietConnections();
    this.#kafka = new Kafka({
      brokers: [...brokers],
      clientId,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      retry: KAFKA_RETRY,
      ...(logger ? { logLevel: logLevel.INFO, logCreator: kafkaLogTo(logger) } : { logLevel: logLevel.NOTHING }),
    });
    this.#publisher = new KafkaPublisher(this.#kafka);
  }

  async ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    const wanted = specs.map(requireTopicSpec);
    // Other services make the same topics at the same time, and not every broker knows a new one at once.
    for (let attempt = 1; attempt < ENSURE_ATTEMPTS; attempt += 1) {
      try {
        await this.#createMissing(wanted);
        return;
      } catch {
        await pause(backoffMs(attempt), this.#closing.signal);
      }
    }
    await this.#createMissing(wanted);
  }

  async publish(topic: string, events: readonly OutgoingEvent[]): Promise<void> {
    this.#requireOpen();
    await this.#publisher.publish(topic, events);
  }

  async subscribe<T>(options: SubscribeOptions<T>): Promise<Subscription> {
    this.#requireOpen();
    const subscription = new KafkaSubscription(options, {
      kafka: this.#kafka,
      withAdmin: (work) => this.#withAdmin(work),
      bury: (letter) => this.#bury(letter),
    });
    this.#subscriptions.add(subscription);
    try {
      await subscription.open();
    } catch (error) {
      this.#subscriptions.delete(subscription);
      throw error;
    }
    return subscription;
  }

  async check(): Promise<void> {
    this.#requireOpen();
    const asked = this.#withAdmin(async (admin) => void (await admin.describeCluster()));
    if (!(await endsWithin(CHECK_TIMEOUT_MS, asked))) {
      throw new BusUnavailableError(`kafka: no answer within ${CHECK_TIMEOUT_MS} ms`);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await endsWithin(CLOSE_TIMEOUT_MS, this.#closeParts());
  }

  async #closeParts(): Promise<void> {
    // Handlers in hand may still publish, so the publisher goes last.
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    await this.#publisher.close();
  }

  #createMissing(wanted: readonly TopicSpec[]): Promise<void> {
    return this.#withAdmin(async (admin) => {
      const existing = new Set(await admin.listTopics());
      const missing = wanted.filter(({ name }) => !existing.has(name));
      if (missing.length > 0) {
        const topics = missing.map(({ name, partitions }) => ({ topic: name, numPartitions: partitions }));
        await admin.createTopics({ topics });
      }
    });
  }

  async #bury(letter: DeadLetter): Promise<void> {
    const name = deadLetterTopic(letter.topic);
    if (!this.#deadLetterTopics.has(name)) {
      await this.ensureTopics([{ name, partitions: 1 }]);
      this.#deadLetterTopics.add(name);
    }
    await this.#publisher.publish(name, [{ key: letter.key, value: letter }]);
  }

  /** A client of its own for each of these rare pieces of work: there is none to keep connected. */
  async #withAdmin(work: (admin: Admin) => Promise<void>): Promise<void> {
    const admin = this.#kafka.admin();
    try {
      await admin.connect();
      await work(admin);
    } catch (error) {
      throw new BusUnavailableError(`kafka: ${reasonOf(error)}`, { cause: error });
    } finally {
      await admin.disconnect();
    }
  }

  #requireOpen(): void {
    if (this.#closing.signal.aborted) {
      throw new BusUnavailableError('kafka: the bus is closed');
    }
  }
}
