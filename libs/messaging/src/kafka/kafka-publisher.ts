import type { Kafka, Producer } from 'kafkajs';
import { Partitioners } from 'kafkajs';
import type { OutgoingEvent } from '../event-bus.ts';
import { type EncodedEvent, TopicSender } from './topic-sender.ts';

const EVENT_BYTES_MAX = 900 * 1024;
const ACKS_OF_ALL_REPLICAS = -1;

/** Publishes through one producer, which is connected when it is first needed. */
export class KafkaPublisher {
  readonly #producer: Producer;
  readonly #senders = new Map<string, TopicSender>();
  #connected: Promise<void> | undefined;

  constructor(kafka: Kafka) {
    this.#producer = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
  }

  publish(topic: string, events: readonly OutgoingEvent[]): Promise<void> {
    return this.#sender(topic).publish(events.map(encode));
  }

  async close(): Promise<void> {
    for (const sender of this.#senders.values()) {
      sender.refuseQueued('the bus was closed before the events were accepted');
    }
    await this.#producer.disconnect();
  }

  #sender(topic: string): TopicSender {
    let sender = this.#senders.get(topic);
    if (!sender) {
      sender = new TopicSender(topic, async (messages) => {
        await this.#connect();
        await this.#producer.send({ topic, messages, acks: ACKS_OF_ALL_REPLICAS });
      });
      this.#senders.set(topic, sender);
    }
    return sender;
  }

  #connect(): Promise<void> {
    this.#connected ??= this.#producer.connect().catch((error: unknown) => {
      this.#connected = undefined;
      throw error;
    });
    return this.#connected;
  }
}

function encode({ key, value }: OutgoingEvent): EncodedEvent {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) {
    throw new TypeError(`expected a JSON value to publish, was ${typeof value}`);
  }
  const bytes = Buffer.from(text);
  if (bytes.length > EVENT_BYTES_MAX) {
    throw new RangeError(`expected an event of at most ${EVENT_BYTES_MAX} bytes, was ${bytes.length}`);
  }
  return { message: { key, value: bytes }, bytes: bytes.length + key.length };
}
