import { afterEach, expect, it } from '@jest/globals';
import { DatabaseUnavailableError } from '@quotefleet/relational';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import type { DataManager, PoolSettings } from '../src/index.ts';
import { openOwn } from './open-own.ts';
import { ownRegistry } from './own-registry.ts';
import { onDatabase } from './tables-in.ts';
import { logOf } from './test-log.ts';

const registry = ownRegistry(`
  notes:
    class: meta
    description: Notes
    target: relational
    owner: market-data
    key: [name]
    columns: { name: text, text: text? }
`);

describeWith('postgres', 'the connections of a data manager', (servers) => {
  const database = isolatedDatabase(servers);
  const log = logOf();
  let data: DataManager;

  async function prepared(pool: PoolSettings): Promise<DataManager> {
    log.clear();
    data = openOwn(database.url, registry, { pool, logger: log });
    await data.prepare();
    return data;
  }
  afterEach(() => data.close());

  /** Nobody else gets at the table until it is done, which is soon. */
  async function lockNotes(): Promise<{ done: Promise<unknown> }> {
    const done = onDatabase(database.url, 'BEGIN; LOCK TABLE own.notes; SELECT pg_sleep(1); COMMIT');
    await waitUntil(async () => {
      const { rows } = await onDatabase(database.url, "SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock'");
      return rows.length > 0;
    });
    return { done };
  }

  it('are as many as the settings allow, and are counted', async () => {
    await prepared({ max: 2, overflow: 1 });
    const locked = await lockNotes();
    const loads = Array.from({ length: 20 }, () => data.load('notes', { limit: 1 }));
    await waitUntil(async () => data.poolStats().primary.pool.active === 3);
    const stats = { idle: 0, total: 3, overflow: 1, waiting: 17, leaked: 0 };
    expect(data.poolStats().primary.pool).toMatchObject(stats);
    await locked.done;
    await Promise.all(loads);
    expect(data.poolStats().primary).toMatchObject({ healthy: true, reads: 20 });
    await waitUntil(async () => data.poolStats().primary.pool.active === 0);
  });

  it('are waited for no longer than the settings say', async () => {
    await prepared({ max: 1, overflow: 0, acquireTimeoutMs: 100 });
    const locked = await lockNotes();
    const waits = data.load('notes', { limit: 1 });
    await expect(data.load('notes', { limit: 1 })).rejects.toThrow(DatabaseUnavailableError);
    await locked.done;
    expect(await waits).toEqual([]);
  });

  it('tell the log of slow queries, without the values they were asked with', async () => {
    await prepared({ max: 1, slowQueryMs: 0 });
    await data.save('notes', [{ name: 'secret-name', text: 'secret-text' }]);
    await data.load('notes', { where: { name: 'secret-name' }, limit: 1 });
    const slow = log.lines.filter(({ message }) => message === 'slow query');
    expect(slow.length).toBeGreaterThan(1);
    expect(slow[0]).toMatchObject({ level: 'warn', fields: { durationMs: expect.any(Number), failed: false } });
    const told = slow.map(({ fields }) => JSON.stringify(fields)).join();
    expect(told).toContain('SELECT');
    expect(told).toContain('INSERT INTO');
    expect(told).not.toContain('secret');
  });

  it('tell the log of no query below the limit', async () => {
    await prepared({ max: 1, slowQueryMs: 10_000 });
    await data.load('notes', { limit: 1 });
    expect(log.lines).toEqual([]);
  });

  it('survive a server that ends them', async () => {
    await prepared({ max: 2 });
    await data.load('notes', { limit: 1 });
    await onDatabase(
      database.url,
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await waitUntil(async () => log.lines.some(({ message }) => message === 'connection to the database lost'));
    expect(await data.load('notes', { where: { name: 'nobody' }, limit: 1 })).toEqual([]);
  });
});
