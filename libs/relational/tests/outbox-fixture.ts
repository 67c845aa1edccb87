import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import {
  appendToOutbox,
  createDataSource,
  createOutboxQueue,
  initialize,
  OUTBOX_PARTS,
  type OutboxQueue,
  type OutboxQueueOptions,
  type OutboxRow,
  type Publish,
  prepareOutbox,
  type RelayOutcome,
} from '../src/index.ts';

/** A service that appends, and the queues that relay what it appended. */
export interface OutboxFixture {
  dataSource: DataSource;
  openQueue(options?: Partial<OutboxQueueOptions>): OutboxQueue;
  close(): Promise<void>;
}

export async function openOutbox(url: string): Promise<OutboxFixture> {
  const dataSource = createDataSource({ url, schema: 'service', entities: [], migrations: [], poolMax: 16 });
  await initialize(dataSource);
  await prepareOutbox(dataSource);
  await dataSource.query('TRUNCATE outbox.events');
  const queues: OutboxQueue[] = [];
  return {
    dataSource,
    openQueue(options) {
      const queue = createOutboxQueue({ url, firstRetryMs: 1, ...options });
      queues.push(queue);
      return queue;
    },
    async close() {
      await Promise.all(queues.map((queue) => queue.close()));
      await dataSource.destroy();
    },
  };
}

/** Appends one event per key, in one transaction each; answers their ids. */
export async function appendKeys(dataSource: DataSource, keys: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const key of keys) await dataSource.transaction(async (manager) => ids.push(await append(manager, key)));
  return ids;
}

export async function append(manager: EntityManager, key: string, payload: unknown = {}): Promise<string> {
  const event = { id: randomUUID(), type: 'test', payload };
  await appendToOutbox(manager, { topic: 'test.topic', key, event });
  return event.id;
}

/** One batch of every part. */
export async function relayAll(queue: OutboxQueue, publish: Publish, limit = 200): Promise<RelayOutcome[]> {
  const outcomes: RelayOutcome[] = [];
  for (let part = 0; part < OUTBOX_PARTS; part++) outcomes.push(await queue.relayBatch(part, limit, publish));
  return outcomes;
}

/** A publisher that takes everything, and what it took. */
export function recorder() {
  const rows: OutboxRow[] = [];
  const publish: Publish = async (batch) => {
    rows.push(...batch);
  };
  return { rows, publish, ids: () => rows.map((row) => row.eventId) };
}
