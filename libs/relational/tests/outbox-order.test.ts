import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import type { DataSource } from 'typeorm';
import { OUTBOX_PARTS, type OutboxQueue, type OutboxRow } from '../src/index.ts';
import { append, type OutboxFixture, openOutbox } from './outbox-fixture.ts';

const KEYS = ['600519.SH', '000001.SZ', '300750.SZ', '688981.SH', '920047.BJ', '000300.SH', '601398.SH'];
const WRITERS = 12;
const TRANSACTIONS_PER_WRITER = 40;
const MAX_DELAY_MS = 8;

describeWith('postgres', 'the outbox under load', (servers) => {
  const database = isolatedDatabase(servers);
  let outbox: OutboxFixture;

  beforeAll(async () => {
    outbox = await openOutbox(database.url);
    await outbox.dataSource.query('CREATE TABLE counters (key text PRIMARY KEY, n int NOT NULL)');
    await outbox.dataSource.query('INSERT INTO counters SELECT unnest($1::text[]), 0', [KEYS]);
  });
  afterAll(() => outbox.close());

  it('publishes what was committed, nothing else, in the order of each key, with two relays whose connections break', async () => {
    const bus = new RecordingBus();
    const writing = new AbortController();
    const relays = [outbox.openQueue(), outbox.openQueue()].map((queue) => relayUntilEmpty(queue, bus, writing.signal));
    const breaking = breakConnections(outbox.dataSource, writing.signal);

    const committed = (await Promise.all(Array.from({ length: WRITERS }, () => writeEvents(outbox.dataSource)))).flat();
    writing.abort();
    await Promise.all([...relays, breaking]);

    expect(new Set(bus.log.map((row) => row.eventId))).toEqual(new Set(committed));
    for (const key of KEYS) {
      const numbers = firstOccurrences(bus.log.filter((row) => row.key === key));
      expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    }
    expect(await outbox.openQueue().status()).toEqual({ pending: 0, failed: 0, lagMs: 0 });
  }, 60_000);
});

/** Takes rows after a while, and refuses some batches, before or after it took them. */
class RecordingBus {
  readonly log: OutboxRow[] = [];

  async publish(rows: readonly OutboxRow[]): Promise<void> {
    await sleep(Math.random() * MAX_DELAY_MS);
    const chance = Math.random();
    if (chance < 0.1) throw new Error('refused');
    this.log.push(...rows);
    if (chance > 0.95) throw new Error('answer lost');
  }
}

/** Each transaction counts its key up, under the lock of the counter's row, and tells the number. */
async function writeEvents(dataSource: DataSource): Promise<string[]> {
  const committed: string[] = [];
  for (let i = 0; i < TRANSACTIONS_PER_WRITER; i++) {
    const key = KEYS[Math.floor(Math.random() * KEYS.length)] as string;
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    const [[counter]] = await runner.query('UPDATE counters SET n = n + 1 WHERE key = $1 RETURNING n', [key]);
    const id = await append(runner.manager, key, { n: counter.n });
    await sleep(Math.random() * MAX_DELAY_MS);
    if (Math.random() < 0.2) await runner.rollbackTransaction();
    else {
      await runner.commitTransaction();
      committed.push(id);
    }
    await runner.release();
  }
  return committed;
}

async function relayUntilEmpty(queue: OutboxQueue, bus: RecordingBus, finished: AbortSignal): Promise<void> {
  while (!finished.aborted || (await queue.status()).pending > 0) {
    const parts = Array.from({ length: OUTBOX_PARTS }, (_, part) => part).sort(() => Math.random() - 0.5);
    for (const part of parts) {
      // A broken connection is the point of the test: the rows come again.
      await queue
        .relayBatch(part, 20, (rows) => bus.publish(rows))
        .catch((error: Error) => {
          if (error.name !== 'DatabaseUnavailableError') throw error;
        });
    }
  }
}

async function breakConnections(dataSource: DataSource, finished: AbortSignal): Promise<void> {
  while (!finished.aborted) {
    await sleep(100);
    await dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'quotefleet-outbox' AND state = 'idle in transaction' LIMIT 1`,
    );
  }
}

function firstOccurrences(rows: readonly OutboxRow[]): number[] {
  const byId = new Map<string, number>();
  for (const { eventId, event } of rows) {
    if (!byId.has(eventId)) byId.set(eventId, (event as { payload: { n: number } }).payload.n);
  }
  return [...byId.values()];
}
