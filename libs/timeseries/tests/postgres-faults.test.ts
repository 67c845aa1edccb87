import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { describeWith, freePort, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import pg from 'pg';
import { BEFORE_MIDNIGHT_MS, newRow, newSeries, SYMBOL } from '../src/contract/contract-series.ts';
import { createPostgresStore, StoreUnavailableError, type TimeSeriesStore } from '../src/index.ts';

/** A server shared with other test runs may be slow. */
jest.setTimeout(30_000);

const DAY_MS = 86_400_000;
const ROWS = Array.from({ length: 2_000 }, (_, seq) => newRow({ seq, ts: BEFORE_MIDNIGHT_MS + (seq % 2) * DAY_MS }));

describeWith('postgres', 'the PostgreSQL time-series store in trouble', (servers) => {
  const database = isolatedDatabase(servers);
  let store: TimeSeriesStore;
  let admin: pg.Client;
  let series: string;

  beforeEach(async () => {
    store = createPostgresStore({ url: database.url, schema: 'series' });
    admin = await connect(database.url);
    const definition = newSeries();
    series = definition.name;
    await store.prepare([definition]);
  });

  afterEach(async () => {
    await admin.end();
    await store.close();
  });

  it.each([
    ['a copy', [], 'COPY%'],
    ['a merge', [newRow({ lastPrice: 1 })], 'WITH merged%'],
  ])('writes nothing when the server ends the connection in the middle of %s', async (_, before, statement) => {
    await store.write(series, [newRow({ seq: -1 }), newRow({ seq: -1, ts: BEFORE_MIDNIGHT_MS + DAY_MS })]);
    await store.write(series, before);
    // The last row waits for this transaction, with all others written before it.
    const rival = await connect(database.url);
    await rival.query('BEGIN');
    await insertLastRow(rival, series);
    const writing = store.write(series, ROWS);
    const outcome = expect(writing).rejects.toThrow(StoreUnavailableError);
    await terminateWaiting(admin, statement);
    await outcome;
    await rival.end();

    const stored = await store.read(series, { symbol: SYMBOL, limit: 10_000 });
    expect(stored).toHaveLength(2 + before.length);
    expect(await store.write(series, ROWS)).toEqual({
      inserted: 2_000 - before.length,
      amended: before.length,
      unchanged: 0,
    });
  });

  it('makes a partition anew that somebody removed', async () => {
    await store.write(series, ROWS);
    await admin.query(`DROP TABLE series.${series}_p20261120`);

    const [one, other] = await Promise.all([store.write(series, ROWS), store.write(series, [newRow({ seq: 7_777 })])]);
    expect(one).toEqual({ inserted: 1_000, amended: 0, unchanged: 1_000 });
    expect(other).toMatchObject({ inserted: 1 });
    expect(await store.write(series, [newRow({ seq: 9_999 })])).toMatchObject({ inserted: 1 });
  });

  it('uses the index of the partitions in the range, and no others', async () => {
    const days = Array.from({ length: 12 }, (_, day) => day);
    const rows = days.flatMap((day) =>
      ROWS.map((row, i) => newRow({ ...row, ts: BEFORE_MIDNIGHT_MS + day * DAY_MS, seq: i })),
    );
    await store.write(series, rows);
    await admin.query(`ANALYZE series.${series}`);
    const reader = createPostgresStore({ url: database.url, schema: 'series', poolMax: 1 });
    await reader.prepare([newSeries({ name: series })]);
    const before = await scans(admin, series);

    await reader.read(series, { symbol: SYMBOL, from: BEFORE_MIDNIGHT_MS, to: BEFORE_MIDNIGHT_MS + 1, limit: 50 });
    await reader.read(series, { symbol: SYMBOL, after: [BEFORE_MIDNIGHT_MS + DAY_MS, 10], limit: 50 });
    await reader.latest(series, [SYMBOL]);
    await reader.close();

    const touched = await waitUntil(async () => {
      const after = await scans(admin, series);
      const changed = [...after].filter(([name, scan]) => scan.index > (before.get(name)?.index ?? 0));
      expect([...after].filter(([name, scan]) => scan.whole > (before.get(name)?.whole ?? 0))).toEqual([]);
      return changed.length >= 3 && changed.map(([name]) => name.slice(-9)).sort();
    });
    expect(touched).toEqual(['p20261120', 'p20261121', 'p20261201']);
  });

  it('says that it is not available when nobody listens', async () => {
    const url = `postgres://postgres@127.0.0.1:${await freePort()}/postgres`;
    const unreachable = createPostgresStore({ url, schema: 'series' });
    await expect(unreachable.check()).rejects.toThrow(StoreUnavailableError);
    await expect(unreachable.prepare([newSeries()])).rejects.toThrow(StoreUnavailableError);
    await unreachable.close();
  });

  it('says so when an idle connection is lost, and goes on', async () => {
    const warnings: Error[] = [];
    const onIdleError = (error: Error) => void warnings.push(error);
    const watched = createPostgresStore({ url: database.url, schema: 'watched', onIdleError });
    await watched.check();
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'quotefleet-watched'",
    );
    await waitUntil(() => warnings.length > 0);
    await expect(watched.check()).resolves.toBeUndefined();
    await watched.close();
  });
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

async function insertLastRow(admin: pg.Client, series: string): Promise<void> {
  const last = ROWS.at(-1);
  await admin.query(`INSERT INTO series.${series} (symbol, ts, seq, last_price) VALUES ($1, $2, $3, 0)`, [
    last?.symbol,
    last?.ts,
    last?.seq,
  ]);
}

async function terminateWaiting(admin: pg.Client, statement: string): Promise<void> {
  await waitUntil(async () => {
    const { rows } = await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE query LIKE $1 AND wait_event_type = 'Lock' AND datname = current_database()`,
      [statement],
    );
    return rows.length > 0;
  });
}

async function scans(admin: pg.Client, series: string): Promise<Map<string, { whole: number; index: number }>> {
  const { rows } = await admin.query<{ relname: string; seq_scan: string; idx_scan: string }>(
    'SELECT relname, seq_scan, idx_scan FROM pg_stat_user_tables WHERE relname LIKE $1',
    [`${series}_p%`],
  );
  return new Map(rows.map((row) => [row.relname, { whole: Number(row.seq_scan), index: Number(row.idx_scan) }]));
}
