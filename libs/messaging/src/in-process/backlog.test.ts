import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { Probe } from '../contract/probe.ts';
import type { EventBus } from '../event-bus.ts';
import { createInProcessBus } from './in-process-bus.ts';

const TOPIC = 'numbers';
const BACKLOG_MAX = 10;

describe('the bounds of the in-process bus', () => {
  let bus: EventBus;
  beforeEach(async () => {
    bus = createInProcessBus({ backlogMax: BACKLOG_MAX });
    await bus.ensureTopics([{ name: TOPIC, partitions: 1 }]);
  });
  afterEach(async () => {
    jest.useRealTimers();
    await bus.close();
  });

  const publish = (value: number) => bus.publish(TOPIC, [{ key: 'one', value }]);
  const publishUpTo = async (count: number) => {
    for (let value = 0; value < count; value += 1) {
      await publish(value);
    }
  };
  const subscribe = (probe: Probe, group = 'group') =>
    bus.subscribe({ ...probe.options, group, topics: [TOPIC], from: 'earliest' });

  it('keeps the newest records of a topic without groups', async () => {
    await publishUpTo(25);
    const probe = new Probe();
    await subscribe(probe);
    await waitUntil(() => probe.events.length >= BACKLOG_MAX);
    expect(probe.numbers()).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
  });

  it('keeps the newest records of a group without members', async () => {
    await (await subscribe(new Probe())).close();
    await publishUpTo(25);
    const probe = new Probe();
    await subscribe(probe);
    await waitUntil(() => probe.events.length >= BACKLOG_MAX);
    expect(probe.numbers()).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
  });

  it('forgets what every group committed', async () => {
    const [one, other] = [new Probe(), new Probe()];
    await subscribe(one);
    await publishUpTo(5);
    await waitUntil(() => one.events.length >= 5);
    await subscribe(other, 'late group');
    await publish(5);
    await waitUntil(() => other.events.length > 0);
    expect(other.numbers()).toEqual([5]);
  });

  it('lets publishers wait, in order, until the slowest group goes on', async () => {
    const probe = new Probe();
    const gate = Promise.withResolvers<void>();
    await bus.subscribe({
      ...probe.options,
      group: 'slow',
      topics: [TOPIC],
      from: 'earliest',
      handle: async (batch) => {
        await gate.promise;
        probe.take(batch);
      },
    });
    await publishUpTo(BACKLOG_MAX);
    let accepted = 0;
    const waiting = [10, 11, 12].map((value) => publish(value).then(() => ++accepted));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(accepted).toBe(0);
    gate.resolve();
    await Promise.all(waiting);
    await waitUntil(() => probe.events.length >= 13);
    expect(probe.numbers()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('lets publishers go on when the slow group loses its last member', async () => {
    const stuck = new Probe();
    stuck.failures = Number.POSITIVE_INFINITY;
    const subscription = await subscribe(stuck);
    await publishUpTo(BACKLOG_MAX);
    const waiting = publish(BACKLOG_MAX);
    await subscription.close();
    await expect(waiting).resolves.toBeUndefined();
  });

  it('refuses a publish that waited for 10 s, and says who is behind', async () => {
    const stuck = new Probe();
    stuck.failures = Number.POSITIVE_INFINITY;
    await subscribe(stuck);
    await publishUpTo(BACKLOG_MAX);
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance'] });
    const refused = expect(publish(10)).rejects.toThrow(
      'topic numbers: group group is 10 events behind in partition 0; nothing was accepted after 10000 ms',
    );
    await jest.advanceTimersByTimeAsync(10_000);
    await refused;
  });

  it('never makes a handler wait for itself', async () => {
    const probe = new Probe();
    await bus.subscribe({
      ...probe.options,
      group: 'echo',
      topics: [TOPIC],
      from: 'earliest',
      handle: async (batch) => {
        for (const { value } of batch.events) {
          if (value < BACKLOG_MAX) {
            await Promise.all([1, 2, 3].map((copy) => publish(value * 10 + copy * 1_000)));
          }
        }
        probe.take(batch);
      },
    });
    await publishUpTo(BACKLOG_MAX);
    await waitUntil(() => probe.events.length >= BACKLOG_MAX * 4);
  });

  it('gives consumers frozen values, so that none can change what the others see', async () => {
    const seen: unknown[] = [];
    await bus.subscribe({
      group: 'reader',
      topics: [TOPIC],
      from: 'earliest',
      decode: (value) => value,
      handle: async ({ events }) => void seen.push(...events.map(({ value }) => value)),
    });
    await bus.publish(TOPIC, [{ key: 'one', value: { list: [{ deep: 1 }] } }]);
    await waitUntil(() => seen.length > 0);
    const [value] = seen as { list: { deep: number }[] }[];
    expect(() => value?.list.push({ deep: 2 })).toThrow(TypeError);
    expect(() => Object.assign(value?.list[0] ?? {}, { deep: 2 })).toThrow(TypeError);
  });

  it.each([
    [{ name: 'no spaces', partitions: 1 }, "expected a topic name of letters, digits and ._-, was 'no spaces'"],
    [{ name: '..', partitions: 1 }, "expected a topic name of letters, digits and ._-, was '..'"],
    [{ name: 'none', partitions: 0 }, 'topic none: expected 1 to 1000 partitions, was 0'],
  ])('refuses the topic %j', async (spec, message) => {
    await expect(bus.ensureTopics([spec])).rejects.toThrow(new RangeError(message));
  });
});
