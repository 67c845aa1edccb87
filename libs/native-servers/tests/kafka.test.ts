import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { type KafkaServer, startKafka } from '../src/kafka.ts';
import { describeNative } from './describe-native.ts';

const START_TIMEOUT_MS = 120_000;

describeNative('kafka', 'a Kafka of our own', () => {
  let dataDir = '';
  let server: KafkaServer | undefined;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'quotefleet-kafka-'));
    server = await startKafka({ dataDir });
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await server?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, START_TIMEOUT_MS);

  const client = () =>
    new Kafka({
      brokers: server?.brokers ?? [],
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 50, retries: 12 },
    });

  async function createTopic(topic: string): Promise<void> {
    const admin = client().admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 2, replicationFactor: 1 }], waitForLeaders: true });
    await admin.disconnect();
  }

  async function produce(topic: string, values: string[]): Promise<void> {
    const producer = client().producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    try {
      await producer.send({ topic, messages: values.map((value) => ({ key: value, value })) });
    } finally {
      await producer.disconnect();
    }
  }

  /** Reads as a group until so many messages came. */
  async function consume(topic: string, groupId: string, count: number): Promise<string[]> {
    const consumer = client().consumer({ groupId, maxWaitTimeInMs: 100 });
    const values: string[] = [];
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const eachMessage = async ({ message }: { message: { value: Buffer | null } }) => {
        values.push(message.value?.toString() ?? '');
        if (values.length === count) resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
    await consumer.disconnect();
    return values.sort();
  }

  it(
    'serves kafkajs: topics, producers and consumer groups',
    async () => {
      await createTopic('ticks');
      await produce('ticks', ['a', 'b', 'c']);
      expect(await consume('ticks', 'readers', 3)).toEqual(['a', 'b', 'c']);
    },
    START_TIMEOUT_MS,
  );

  it('makes no topic by itself', async () => {
    const producer = client().producer({ retry: { retries: 0 }, createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    const sending = producer.send({ topic: 'typo', messages: [{ value: 'x' }] });
    await expect(sending).rejects.toThrow('does not host this topic-partition');
    await producer.disconnect();
  });

  it(
    'has every acknowledged message after kill -9 and a new start',
    async () => {
      await createTopic('kept');
      await produce('kept', ['a', 'b', 'c', 'd']);
      await server?.kill();
      server = await startKafka({ dataDir, ...(server ? { port: server.port } : {}) });
      expect(await consume('kept', 'after', 4)).toEqual(['a', 'b', 'c', 'd']);
    },
    START_TIMEOUT_MS,
  );
});
