import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createEvent, deadLetterTopic, TOPIC_PARTITIONS, TOPICS } from '@quotefleet/contracts';
import { createKafkaBus, type EventBus } from '@quotefleet/messaging';
import { describeWith, uniqueName, waitUntil } from '@quotefleet/testing';
import { type Fixture, publishTicks, startFixture } from './fixture.ts';
import { tickOf } from './payloads.ts';

describeWith('kafka', 'reading from Kafka', (servers) => {
  let bus: EventBus;
  let nodes: Fixture[];

  beforeAll(async () => {
    bus = createKafkaBus({ brokers: servers.kafka.brokers, clientId: uniqueName('realtime-test') });
    nodes = await Promise.all([startFixture({ bus }), startFixture({ bus })]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await bus.close();
  });

  it('brings every tick of a symbol to the clients of every node, in order and once', async () => {
    // Other tests may share the broker and its topics: an epoch of our own tells our ticks apart.
    const epoch = uniqueName('epoch');
    const clients = await Promise.all(nodes.map((node) => node.connect()));
    for (const client of clients) await client.subscribe('tick:600519.SH');
    const count = 500;
    for (let seq = 1; seq <= count; seq += 50) {
      const ticks = Array.from({ length: 50 }, (_, index) => tickOf('600519.SH', seq + index, { epoch }));
      await publishTicks(bus, ...ticks);
    }
    for (const { messages } of clients) {
      const ours = () => messages.filter((message) => message.epoch === epoch);
      await waitUntil(() => ours().length >= count, { timeoutMs: 20_000 });
      expect(ours().map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    }
  }, 40_000);

  it('puts what is no tick to the dead letters and goes on with the next', async () => {
    const epoch = uniqueName('epoch');
    const [node] = nodes;
    const client = await node?.connect();
    await client?.subscribe('tick:600519.SH');
    const dead: string[] = [];
    await bus.ensureTopics([{ name: deadLetterTopic(TOPICS.ticks), partitions: TOPIC_PARTITIONS }]);
    const letters = await bus.subscribe({
      group: uniqueName('letters'),
      topics: [deadLetterTopic(TOPICS.ticks)],
      from: 'latest',
      decode: (value) => JSON.stringify(value),
      handle: async (batch) => {
        for (const { value } of batch.events) dead.push(value);
      },
    });
    const bad = createEvent('md.tick', { ...tickOf('600519.SH', 1, { epoch }), last: 'ten' });
    await bus.publish(TOPICS.ticks, [{ key: '600519.SH', value: bad }]);
    await publishTicks(bus, tickOf('600519.SH', 2, { epoch }));
    await waitUntil(() => client?.messages.some((message) => message.epoch === epoch), { timeoutMs: 20_000 });
    expect(client?.messages.filter((message) => message.epoch === epoch).map(({ seq }) => seq)).toEqual([2]);
    await waitUntil(() => dead.some((letter) => letter.includes(epoch)), { timeoutMs: 20_000 });
    await letters.close();
  }, 60_000);
});
