import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import pg from 'pg';
import { BEFORE_MIDNIGHT_MS, newRow, newSeries, SYMBOL } from '../src/contract/contract-series.ts';
import { createPostgresStore, StoreUnavailableError, type TimeSeriesStore } from '../src/index.ts';

/** A server shared with other test runs may be slow. */
jest.setTimeout(30_000);

const DAY_MS = 86_400_000;
/** Midnight in Shanghai. */
const NOW = BEFORE_MIDNIGHT_MS + 1_000;

describeWith('postgres', 'partitions of the PostgreSQL time-series store', (servers) => {
  const database = isolatedDatabase(servers);
  const definition = newSeries({ retentionDays: 2 });
  const series = definition.name;
  let store: TimeSeriesStore;
  let admin: pg.Client;

  beforeEach(async () => {
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await admin.query('DROP SCHEMA IF EXISTS series CASCADE');
    store = await openStore(database.url);
  });
  afterEach(async () => {
    await store.close();
    await admin.end();
  });

  async function openStore(url: string): Promise<TimeSeriesStore> {
    const opened = createPostgresStore({ url, schema: 'series' });
    await opened.prepare([definition, newSeries({ name: 'monthly', partitionBy: 'month' })]);
    return opened;
  }

  async function partitionsOf(name: string): Promise<string[]> {
    const { rows } = await admin.query<{ relname: string }>(
      'SELECT relname FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = $1::regclass ORDER BY 1',
      [`series.${name}`],
    );
    return rows.map(({ relname }) => relname.slice(name.length + 1));
  }

  it('are made ahead for this period and the next one of every series', async () => {
    expect(await store.retire(NOW)).toEqual([]);
    expect(await partitionsOf(series)).toEqual(['p20261121', 'p20261122']);
    expect(await partitionsOf('monthly')).toEqual(['p202611', 'p202612']);
    expect(await store.retire(NOW + DAY_MS)).toEqual([]);
    expect(await partitionsOf(series)).toEqual(['p20261121', 'p20261122', 'p20261123']);
  });

  it('are dropped once all of their rows are past the retention, and made again when such rows come', async () => {
    const rows = [-4, -3, -2, -1].map((day) => newRow({ ts: NOW + day * DAY_MS }));
    await store.append(series, rows);
    const other = await openStore(database.url);
    await other.append(series, rows);

    expect(await store.retire(NOW - 1)).toEqual([
      `${series}: partition ${series}_p20261117 with the rows before 2026-11-17T16:00:00.000Z`,
    ]);
    expect(await store.retire(NOW)).toEqual([
      `${series}: partition ${series}_p20261118 with the rows before 2026-11-18T16:00:00.000Z`,
    ]);
    expect(await other.read(series, { symbol: SYMBOL, limit: 10 })).toEqual(rows.slice(2));

    for (const client of [store, other]) expect(await client.write(series, rows)).toMatchObject({ amended: 0 });
    expect(await store.read(series, { symbol: SYMBOL, limit: 10 })).toEqual(rows);
    await other.close();
  });

  it('are dropped once when several processes retire at a time', async () => {
    await store.append(series, [newRow({ ts: NOW - 9 * DAY_MS }), newRow({ ts: NOW - 8 * DAY_MS })]);
    const others = await Promise.all([1, 2].map(() => openStore(database.url)));
    const dropped = await Promise.all([store, ...others].map((client) => client.retire(NOW)));
    expect(dropped.flat().sort()).toEqual([
      expect.stringContaining(`${series}_p20261112`),
      expect.stringContaining(`${series}_p20261113`),
    ]);
    for (const client of others) await client.close();
  });

  it('stay while somebody reads the series for long, without the others waiting for that', async () => {
    await store.append(series, [newRow({ ts: NOW - 9 * DAY_MS })]);
    const reader = new pg.Client({ connectionString: database.url });
    await reader.connect();
    await reader.query('BEGIN');
    await reader.query(`SELECT * FROM series.${series}`);

    const startedAt = performance.now();
    await expect(store.retire(NOW)).rejects.toThrow(StoreUnavailableError);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    await reader.end();

    expect(await store.retire(NOW)).toHaveLength(1);
  });

  it('are not made for what is no time', async () => {
    await expect(store.retire(NOW * 1_000)).rejects.toThrow('expected now to be ms since epoch');
  });
});
