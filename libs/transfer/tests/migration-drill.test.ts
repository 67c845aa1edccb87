import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { seriesDefinition } from '@quotefleet/data';
import { tableRegistry } from '@quotefleet/tables';
import { describeWith, uniqueName } from '@quotefleet/testing';
import type { SeriesRow, TimeSeriesStore } from '@quotefleet/timeseries';
import {
  compareSources,
  type DayDifference,
  migrate,
  openSource,
  openStateDirectory,
  openTarget,
  parseEndpoint,
  parseMapping,
  reopenStateDirectory,
  rollback,
} from '../src/index.ts';
import type { RowSource } from '../src/row-source.ts';
import {
  BAR_SYMBOLS,
  createVendorTables,
  dropVendorTables,
  TICK_SYMBOL,
  VENDOR_DAYS,
  VENDOR_MAPPING,
} from './vendor-tables.ts';

const registry = tableRegistry();
const tables = [registry.get('bars_1m'), registry.get('ticks')];
const series = tables.map(seriesDefinition);
const mapping = parseMapping('mapping.yaml', VENDOR_MAPPING, registry);
const identity = { from: 'vendor', to: 'ours', days: '..', mapping: '' };
const BARS = VENDOR_DAYS * 241 * BAR_SYMBOLS.length;
const TICKS = 6000;
const SYMBOL = '600519.SH';
const OPEN_MS = Date.parse('2026-01-05T09:31:00+08:00');

describeWith(['mariadb', 'influx', 'postgres'], 'a migration of a vendor database', (servers) => {
  const database = uniqueName('vendor');
  let source: RowSource;

  beforeAll(async () => {
    await createVendorTables(servers.mariadb.url, database);
    source = await openSource(parseEndpoint(`${servers.mariadb.url}${database}`, {}), tables, mapping);
  }, 120_000);

  afterAll(async () => {
    await source?.close();
    await dropVendorTables(servers.mariadb.url, database);
  });

  const targets = {
    InfluxDB: () => `${servers.influx.url.replace(/^http:/, 'influx:')}${uniqueName('market')}`,
    PostgreSQL: () => `${servers.postgres.url.replace(/^postgresql:/, 'postgres:')}?schema=${uniqueName('market')}`,
  };
  for (const [name, url] of Object.entries(targets)) {
    describeMigration(name, () => openTarget(parseEndpoint(url(), {}), tables));
  }

  function describeMigration(name: string, openStore: () => Promise<TimeSeriesStore>): void {
    let dir: string;
    let target: TimeSeriesStore;

    beforeEach(async () => {
      dir = await mkdtemp(join(tmpdir(), 'migration-'));
      target = await openStore();
    });

    afterEach(async () => {
      await target.close();
      await rm(dir, { recursive: true, force: true });
    });

    async function move(options: { signal?: AbortSignal; onProgress?: (progress: { rows: number }) => void } = {}) {
      await using state = await openStateDirectory(dir, identity);
      return await migrate({ source, target, series, state, ...options });
    }
    async function compare() {
      const differences: DayDifference[] = [];
      const onDifference = (difference: DayDifference) => differences.push(difference);
      const report = await compareSources({ left: source, right: target, series, scope: 'both', onDifference });
      return { report, differences };
    }

    it(`into ${name} is complete after it was interrupted again and again, and shows a row that was changed`, async () => {
      for (const limit of [1, 9000, 20_000]) {
        const stop = new AbortController();
        const onProgress = ({ rows }: { rows: number }) => {
          if (rows >= limit) stop.abort(new Error('stopped'));
        };
        await expect(move({ signal: stop.signal, onProgress })).rejects.toThrow('stopped');
      }
      await move();
      const whole = {
        symbols: 5,
        days: VENDOR_DAYS * 4 + 3,
        leftRows: BARS + TICKS,
        rightRows: BARS + TICKS,
        differences: 0,
      };
      expect((await compare()).report).toEqual(whole);

      const [bar] = await target.read('bars_1m', { symbol: SYMBOL, from: OPEN_MS, limit: 1 });
      const [tick] = await target.read('ticks', { symbol: TICK_SYMBOL, limit: 1 });
      if (!bar || !tick) throw new Error('expected rows');
      await target.append('bars_1m', [{ ...bar, close: Number(bar.close) + 0.000_1 }]);
      await target.remove('ticks', { symbol: TICK_SYMBOL, from: tick.ts, to: tick.ts + 1 });
      const { report, differences } = await compare();
      expect(report.differences).toBe(2);
      expect(differences).toEqual([
        expect.objectContaining({ table: 'bars_1m', symbol: SYMBOL, day: '2026-01-05', changed: 1, rightRows: 241 }),
        expect.objectContaining({
          table: 'ticks',
          symbol: TICK_SYMBOL,
          day: '2026-01-05',
          onlyLeft: 4,
          rightRows: 1996,
        }),
      ]);
    }, 120_000);

    it(`into ${name} is undone by a rollback, down to the rows that were there before`, async () => {
      const bars = await source.read('bars_1m', { symbol: SYMBOL, limit: 5 });
      const old: SeriesRow[] = bars.map((bar, index) => ({ ...bar, ts: bar.ts + (index % 2) * 7, close: 1 }));
      old.push({ ...(bars[0] as SeriesRow), ts: OPEN_MS - 86_400_000 * 30 });
      await target.append('bars_1m', old);
      await move();

      await using state = await reopenStateDirectory(dir, { to: identity.to });
      const report = await rollback({ target, series, state });
      expect(report).toEqual({ symbols: 5, days: VENDOR_DAYS * 4 + 3, keptDays: 0, restoredRows: 5 });
      const rowsOf = async (series: string, symbol: string) => await target.read(series, { symbol, limit: 100 });
      for (const symbol of BAR_SYMBOLS) {
        const left = symbol === SYMBOL ? old.toSorted((a, b) => a.ts - b.ts) : [];
        expect(await rowsOf('bars_1m', symbol)).toEqual(left);
        expect(await rowsOf('ticks', symbol)).toEqual([]);
      }
    }, 120_000);
  }
});
