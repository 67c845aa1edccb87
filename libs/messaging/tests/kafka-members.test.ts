import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { describeWith, itAtOnce, uniqueName, waitUntil } from '@quotefleet/testing';
import { Kafka, Partitioners } from 'kafkajs';
import { numbered, numbersOf, sameKey } from '../src/contract/numbered-events.ts';
import { Probe } from '../src/contract/probe.ts';
import { createKafkaBus, type DeadLetter, type EventBus } from '../src/index.ts';

/** Longer than the session timeout, after which the broker gives the partition to others. */
const LONG_MS = 13_000;

const stuckMember = join(import.meta.dirname, 'stuck-member.ts');

jest.setTimeout(60_000);

describeWith('kafka', 'members of Kafka groups', (servers) => {
  const open: EventBus[] = [];
  let topic: string;
  let group: string;
  const newBus = () => {
    const bus = createKafkaBus({ brokers: servers.kafka.brokers, clientId: uniqueName('test') });
    open.push(bus);
    return bus;
  };
  beforeEach(async () => {
    topic = uniqueName('topic');
    group = uniqueName('group');
    await newBus().ensureTopics([{ name: topic, partitions: 4 }]);
  });
  afterEach(() => Promise.all(open.splice(0).map((bus) => bus.close())));

  it('put bytes that are no JSON into the dead letters and go on', async () => {
    const bus = newBus();
    const producer = new Kafka({ brokers: servers.kafka.brokers, logLevel: 0 }).producer({
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    const values = [Buffer.from('1'), Buffer.from([0xff, 0xfe, 0x7b]), null, Buffer.from('{"cut": '), Buffer.from('2')];
    await producer.send({ topic, messages: values.map((value) => ({ key: 'one', value })) });
    await producer.disconnect();
    const probe = new Probe();
    await bus.subscribe({ ...probe.options, group, topics: [topic], from: 'earliest' });
    await waitUntil(() => probe.events.length >= 2);
    expect(probe.numbers()).toEqual([1, 2]);
    const letters: DeadLetter[] = [];
    await bus.subscribe({
      group: uniqueName('undertaker'),
      topics: [`${topic}.dlq`],
      from: 'earliest',
      decode: (value) => value as DeadLetter,
      handle: async ({ events }) => void letters.push(...events.map(({ value }) => value)),
    });
    await waitUntil(() => letters.length >= 3);
    expect(letters.map(({ offset, value }) => [offset, value])).toEqual([
      ['1', '\ufffd\ufffd{'],
      ['2', ''],
      ['3', '{"cut": '],
    ]);
    expect(letters[0]).toMatchObject({ topic, group, key: 'one', reason: expect.stringContaining('JSON') });
  });

  it('give way to a new member while one of them waits for a passing fault to pass', async () => {
    const [bus, other] = [newBus(), newBus()];
    const stuck = new Probe();
    stuck.failures = Number.POSITIVE_INFINITY;
    await bus.subscribe({ ...stuck.options, group, topics: [topic], from: 'earliest' });
    const events = numbered(0, 40);
    await bus.publish(topic, events);
    await waitUntil(() => stuck.attempts > 3);
    const healthy = new Probe();
    await other.subscribe({ ...healthy.options, group, topics: [topic], from: 'earliest' });
    await waitUntil(() => healthy.events.length > 0);
    await bus.close();
    await waitUntil(() => new Set(healthy.numbers()).size === events.length, { timeoutMs: 15_000 });
  });

  it('all start together at the latest event and miss nothing after that', async () => {
    const members = await Promise.all(
      [new Probe(), new Probe(), new Probe()].map(async (probe) => {
        await newBus().subscribe({ ...probe.options, group, topics: [topic], from: 'latest' });
        return probe;
      }),
    );
    const events = numbered(0, 60);
    await newBus().publish(topic, events);
    const seen = () => [...new Set(members.flatMap((probe) => probe.numbers()))].sort((a, b) => a - b);
    await waitUntil(() => seen().length === events.length);
    expect(seen()).toEqual(numbersOf(events));
  });

  it('find a topic that many processes make at the same time', async () => {
    const names = Array.from({ length: 5 }, () => uniqueName('topic'));
    const specs = names.map((name) => ({ name, partitions: 2 }));
    await Promise.all([newBus(), newBus(), newBus(), newBus()].map((bus) => bus.ensureTopics(specs)));
    const probe = new Probe();
    await newBus().subscribe({ ...probe.options, group, topics: names, from: 'latest' });
  });
});

describeWith('kafka', 'members of Kafka groups who wait long', (servers) => {
  const open: EventBus[] = [];
  const busWithTopic = async () => {
    const bus = createKafkaBus({ brokers: servers.kafka.brokers, clientId: uniqueName('test') });
    open.push(bus);
    const topic = uniqueName('topic');
    await bus.ensureTopics([{ name: topic, partitions: 4 }]);
    return { bus, topic, group: uniqueName('group') };
  };
  afterAll(() => Promise.all(open.map((bus) => bus.close())));

  const keepPartitions = async () => {
    const { bus, topic, group } = await busWithTopic();
    const [slow, failing] = [new Probe(), new Probe()];
    const troubles: string[] = [];
    await bus.subscribe({
      ...slow.options,
      group,
      topics: [topic],
      from: 'earliest',
      handle: async (batch) => {
        await new Promise((resolve) => setTimeout(resolve, slow.events.length === 0 ? LONG_MS : 0));
        slow.take(batch);
      },
      onTrouble: ({ kind }) => troubles.push(kind),
    });
    const until = performance.now() + LONG_MS;
    await bus.subscribe({
      ...failing.options,
      group: uniqueName('group'),
      topics: [topic],
      from: 'earliest',
      handle: async (batch) => {
        if (performance.now() < until) {
          throw new Error('the store is away');
        }
        failing.take(batch);
      },
      onTrouble: ({ kind }) => troubles.push(kind),
    });
    await bus.publish(topic, sameKey(0, 3));
    await waitUntil(() => slow.events.length + failing.events.length >= 6, { timeoutMs: LONG_MS + 10_000 });
    await bus.publish(topic, sameKey(3, 1));
    await waitUntil(() => slow.events.length + failing.events.length >= 8);
    expect([slow.numbers(), failing.numbers()]).toEqual([
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ]);
    expect(new Set(troubles)).toEqual(new Set(['redelivery']));
  };

  const getWhatWasInHand = async () => {
    const { bus, topic, group } = await busWithTopic();
    await bus.publish(topic, sameKey(0, 5));
    const child = spawn(process.execPath, [stuckMember, servers.kafka.brokers.join(','), group, topic], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    const probe = new Probe();
    await bus.subscribe({ ...probe.options, group, topics: [topic], from: 'earliest' });
    await waitUntil(() => probe.events.length >= 5, { timeoutMs: 25_000 });
    expect(probe.numbers()).toEqual([0, 1, 2, 3, 4]);
  };

  const cannotSubscribe = async () => {
    const { bus, group } = await busWithTopic();
    const missing = uniqueName('nowhere');
    const subscribing = bus.subscribe({ ...new Probe().options, group, topics: [missing], from: 'earliest' });
    await expect(subscribing).rejects.toThrow(`group ${group} could not join for ${missing}: `);
  };

  itAtOnce(
    {
      'keep their partitions while handlers take or fail for longer than the session': keepPartitions,
      'get what a member had in hand whose process was killed': getWhatWasInHand,
      'cannot subscribe to a topic that nobody made': cannotSubscribe,
    },
    60_000,
  );
});
