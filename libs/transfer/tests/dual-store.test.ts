import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type InfluxServer, startInflux } from '@quotefleet/native-servers';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import { createInfluxStore, createPostgresStore } from '@quotefleet/timeseries';
import { compareSources, createDualStore, type DualStore } from '../src/index.ts';
import { TICKS, ticksOf } from './series.ts';

const SYMBOLS = ['600519.SH', '000001.SZ', '300750.SZ'];
const PER_DAY = 300;
const DAYS = 40;

// The second server is killed, so it is one of this test's own.
describeWith(['postgres', 'influx'], 'a store that writes to PostgreSQL and InfluxDB', (servers) => {
  const database = isolatedDatabase(servers);
  let dir: string;
  let influx: InfluxServer;
  let store: DualStore;

  const openPrimary = () => createPostgresStore({ url: database.url, schema: 'market' });
  const openSecondary = () => createInfluxStore({ url: influx.url, database: 'market' });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dual-'));
    influx = await startInflux({ dir: join(dir, 'influx') });
    store = await open();
    await store.prepare([TICKS]);
  }, 60_000);

  afterAll(async () => {
    await store.close();
    await influx.stop();
    await rm(dir, { recursive: true, force: true });
  }, 60_000);

  function open(): Promise<DualStore> {
    const journal = join(dir, 'journal');
    return createDualStore({ primary: openPrimary(), secondary: openSecondary(), journal, retryMs: 50 });
  }

  async function compare() {
    const [left, right] = [openPrimary(), openSecondary()];
    await left.prepare([TICKS]);
    await right.prepare([TICKS]);
    const report = await compareSources({ left, right, series: [TICKS], scope: 'both' });
    await left.close();
    await right.close();
    return report;
  }

  it('has the same rows in both after the second was killed amid writes, and the writer was started anew', async () => {
    const rows = SYMBOLS.flatMap((symbol) => ticksOf(symbol, DAYS, PER_DAY));
    const batches = Array.from({ length: rows.length / 1000 }, (_, at) => rows.slice(at * 1000, at * 1000 + 1000));
    let killed: Promise<void> | undefined;
    for (const [at, batch] of batches.entries()) {
      if (at === 10) killed = influx.kill();
      await store.append('ticks', batch);
    }
    await killed;
    await store.remove('ticks', { symbol: '300750.SZ', from: 0, to: Date.parse('2026-01-08T00:00:00+08:00') });
    expect(store.secondaryStatus()).toMatchObject({ refused: 0, missed: 0 });
    expect(store.secondaryStatus().waiting).toBeGreaterThan(20);

    await store.close();
    influx = await startInflux({ dir: join(dir, 'influx'), port: influx.port });
    store = await open();
    await store.prepare([TICKS]);
    await store.append('ticks', [{ ...(rows[0] as (typeof rows)[0]), last: 1 }]);
    await waitUntil(() => store.secondaryStatus().waiting === 0, { timeoutMs: 60_000 });

    const total = rows.length - 3 * PER_DAY;
    const days = 3 * DAYS - 3;
    expect(await compare()).toEqual({ symbols: 3, days, leftRows: total, rightRows: total, differences: 0 });
  }, 120_000);
});
