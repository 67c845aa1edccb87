import { describe, expect, it } from '@jest/globals';
import { freePort } from '@quotefleet/testing';
import { BusUnavailableError, type EventBus } from '../event-bus.ts';
import { createKafkaBus } from './kafka-bus.ts';

describe('a Kafka bus without a broker', () => {
  const lines: string[] = [];
  const write = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  async function withBus(work: (bus: EventBus) => Promise<void>): Promise<void> {
    const brokers = [`127.0.0.1:${await freePort()}`];
    const bus = createKafkaBus({ brokers, clientId: 'test', logger: { warn: write, debug: write } });
    await work(bus).finally(() => bus.close());
  }

  it('refuses to publish, and its logger is told why', async () => {
    await withBus(async (bus) => {
      await expect(bus.publish('ticks', [{ key: 'one', value: 1 }])).rejects.toBeInstanceOf(BusUnavailableError);
      expect(lines.join('\n')).toContain('kafka Connection: Connection error: connect ECONNREFUSED');
    });
  }, 15_000);

  it('refuses to make topics', async () => {
    await withBus(async (bus) => {
      await expect(bus.ensureTopics([{ name: 'ticks', partitions: 1 }])).rejects.toBeInstanceOf(BusUnavailableError);
    });
  }, 15_000);

  it('refuses an event that no topic would take', async () => {
    await withBus(async (bus) => {
      const publishing = bus.publish('ticks', [{ key: 'one', value: 'x'.repeat(1_000_000) }]);
      await expect(publishing).rejects.toThrow(
        new RangeError('expected an event of at most 921600 bytes, was 1000002'),
      );
    });
  });

  it('ends a subscription that is still being opened when it is closed', async () => {
    await withBus(async (bus) => {
      const options = { group: 'group', topics: ['ticks'], from: 'latest', decode: Number } as const;
      const subscribing = bus.subscribe({ ...options, handle: () => Promise.resolve() });
      const refused = expect(subscribing).rejects.toThrow('group group could not join for ticks: ');
      const started = performance.now();
      await bus.close();
      await refused;
      expect(performance.now() - started).toBeLessThan(5_000);
    });
  }, 15_000);
});
