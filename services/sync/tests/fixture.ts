import { randomUUID } from 'node:crypto';
import { createEvent, syncApi, TOPIC_PARTITIONS } from '@quotefleet/contracts';
import { BusUnavailableError, type EventBus, type OutgoingEvent } from '@quotefleet/messaging';
import { createLogger } from '@quotefleet/service-kit';
import { uniqueName } from '@quotefleet/testing';
import pg from 'pg';
import type { z } from 'zod';

export const silentLogger = createLogger({ service: 'test', level: 'silent' });

/** Writes into the outbox as services do in their transactions. */
export class Writer {
  readonly pool: pg.Pool;
  readonly topic = uniqueName('topic');

  constructor(databaseUrl: string) {
    this.pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  }

  /** One transaction per value; all committed when it resolves. */
  async append(key: string, ...values: readonly unknown[]): Promise<void> {
    for (const value of values) {
      await this.pool.query(
        'INSERT INTO outbox.events (event_id, topic, key, payload, part) VALUES ($1, $2, $3, $4, $5)',
        [randomUUID(), this.topic, key, createEvent('test', value), key.length % 8],
      );
    }
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

/** Collects what reaches a topic of the bus. */
export async function collect(bus: EventBus, topic: string): Promise<{ key: string; value: unknown }[]> {
  const received: { key: string; value: unknown }[] = [];
  await bus.ensureTopics([{ name: topic, partitions: TOPIC_PARTITIONS }]);
  await bus.subscribe({
    group: uniqueName('collector'),
    topics: [topic],
    from: 'earliest',
    decode: (value) => (value as { payload: unknown }).payload,
    handle: async ({ events }) => {
      received.push(...events.map(({ key, value }) => ({ key, value })));
    },
  });
  return received;
}

/** A bus that can be away, or refuse events. */
export function moodyBus(bus: EventBus): EventBus & { isAway: boolean; refuses: (event: OutgoingEvent) => boolean } {
  const moody = {
    ...{ isAway: false, refuses: (_event: OutgoingEvent) => false },
    ensureTopics: bus.ensureTopics.bind(bus),
    subscribe: bus.subscribe.bind(bus),
    close: bus.close.bind(bus),
    check: async () => {
      if (moody.isAway) throw new BusUnavailableError('away for the test');
      await bus.check();
    },
    publish: async (topic: string, events: readonly OutgoingEvent[]) => {
      if (moody.isAway) throw new BusUnavailableError('away for the test');
      if (events.some((event) => moody.refuses(event))) throw new Error('refused for the test');
      await bus.publish(topic, events);
    },
  };
  return moody;
}

export async function readStatus(url: string): Promise<z.infer<typeof syncApi.syncStatus.data>> {
  const response = await fetch(url + syncApi.syncStatus.path);
  const { data } = (await response.json()) as { data: unknown };
  return syncApi.syncStatus.data.parse(data);
}
