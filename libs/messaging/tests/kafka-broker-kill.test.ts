import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { findNative, freePort, type KafkaServer, startKafka } from '@quotefleet/native-servers';
import { uniqueName, waitUntil } from '@quotefleet/testing';
import { sameKey } from '../src/contract/numbered-events.ts';
import { Probe } from '../src/contract/probe.ts';
import { BusUnavailableError, createKafkaBus, type EventBus } from '../src/index.ts';
import { auditedPublisher } from './audited-publisher.ts';

const { kafka: missingKafka } = findNative().missing;
const PARTITIONS = 6;
const START_TIMEOUT_MS = 120_000;

// The broker is killed, so it is one of this test's own, and it must be a process of this machine.
(missingKafka ? describe.skip : describe)(`a Kafka broker that dies${missingKafka ? ` (${missingKafka})` : ''}`, () => {
  let dataDir: string;
  let port: number;
  let server: KafkaServer;
  const open: EventBus[] = [];
  const start = async () => {
    server = await startKafka({ dataDir, port });
  };
  const newBus = () => {
    const bus = createKafkaBus({ brokers: [`127.0.0.1:${port}`], clientId: uniqueName('test') });
    open.push(bus);
    return bus;
  };
  async function busWithTopic(): Promise<{ bus: EventBus; topic: string }> {
    const bus = newBus();
    const topic = uniqueName('topic');
    await bus.ensureTopics([{ name: topic, partitions: PARTITIONS }]);
    return { bus, topic };
  }

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'quotefleet-kafka-kill-'));
    port = await freePort();
    await start();
  }, START_TIMEOUT_MS);
  afterEach(() => Promise.all(open.splice(0).map((bus) => bus.close())));
  afterAll(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('loses nothing that was accepted, keeps the order, and is found again by its clients', async () => {
    const { bus, topic } = await busWithTopic();
    const probe = new Probe();
    await bus.subscribe({ ...probe.options, group: uniqueName('group'), topics: [topic], from: 'earliest' });
    const failing = new Probe();
    let isDown = false;
    await bus.subscribe({
      ...failing.options,
      group: uniqueName('group'),
      topics: [topic],
      from: 'earliest',
      handle: async (batch) => {
        if (isDown) {
          throw new Error('the store is away');
        }
        failing.take(batch);
      },
    });
    const publisher = auditedPublisher(bus, topic);
    await waitUntil(() => probe.events.length > 200);
    isDown = true;
    await server.kill();
    await waitUntil(() => publisher.refused > 0, { timeoutMs: 12_000 });
    await start();
    isDown = false;
    const before = publisher.accepted().length;
    await waitUntil(() => publisher.accepted().length > before + 200, { timeoutMs: 30_000 });
    await publisher.stop();
    for (const reader of [probe, failing]) {
      const missing = () => publisher.accepted().filter((id) => !reader.numbers().includes(id));
      await waitUntil(() => missing().length === 0, { timeoutMs: 30_000, intervalMs: 200 });
      for (const numbers of Object.values(reader.byKey())) {
        const firsts = [...new Set(numbers)];
        expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
      }
    }
  }, 180_000);

  it(
    'lets a publish fail within 11 s, says so in the check, and is left behind within 3 s',
    async () => {
      const { bus, topic } = await busWithTopic();
      await bus.subscribe({ ...new Probe().options, group: uniqueName('group'), topics: [topic], from: 'earliest' });
      await bus.publish(topic, sameKey(0, 1));
      await server.kill();
      await expect(bus.check()).rejects.toBeInstanceOf(BusUnavailableError);
      expect(
        await timed(() => expect(bus.publish(topic, sameKey(1, 1))).rejects.toBeInstanceOf(BusUnavailableError)),
      ).toBeLessThan(11_000);
      expect(await timed(() => bus.close())).toBeLessThan(3_000);
      await start();
    },
    START_TIMEOUT_MS,
  );

  it(
    'is given up in the same times when it hangs instead',
    async () => {
      const { bus, topic } = await busWithTopic();
      await bus.subscribe({ ...new Probe().options, group: uniqueName('group'), topics: [topic], from: 'earliest' });
      await bus.publish(topic, sameKey(0, 1));
      process.kill(server.pid, 'SIGSTOP');
      try {
        expect(await timed(() => expect(bus.check()).rejects.toBeInstanceOf(BusUnavailableError))).toBeLessThan(4_000);
        expect(
          await timed(() => expect(bus.publish(topic, sameKey(1, 1))).rejects.toBeInstanceOf(BusUnavailableError)),
        ).toBeLessThan(11_000);
        expect(await timed(() => bus.close())).toBeLessThan(3_000);
      } finally {
        process.kill(server.pid, 'SIGCONT');
      }
    },
    START_TIMEOUT_MS,
  );
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
