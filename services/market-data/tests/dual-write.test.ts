import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { openTimeSeries, seriesDefinition } from '@quotefleet/data';
import { tableRegistry } from '@quotefleet/tables';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import { compareSources } from '@quotefleet/transfer';
import { parseMarketDataConfig } from '../src/index.ts';
import { startMarketData, tick } from './market-data-fixture.ts';

describeWith(['postgres', 'influx'], 'market-data with two time-series databases', (servers) => {
  const database = isolatedDatabase(servers);

  it('stores ticks and bars in both, and a comparison finds them the same', async () => {
    const journal = mkdtempSync(join(tmpdir(), 'dual-write-'));
    const fixture = await startMarketData(database.url, {
      QF_TSDB_SECONDARY: 'influx',
      QF_TSDB_SECONDARY_URL: servers.influx.url,
      QF_TSDB_SECONDARY_JOURNAL: journal,
    });
    const ticks = [1, 2, 3].map((seq) =>
      tick({ symbol: '601398.SH', seq, time: `09:3${seq}:03`, last: 10, volume: seq }),
    );
    expect((await fixture.post('/api/v1/ingest/ticks', { ticks })).status).toBe(202);
    await waitUntil(
      async () => (await fixture.get('/api/v1/ticks/601398.SH')).body.data?.ticks?.length === ticks.length,
      { timeoutMs: 10_000, message: 'the stored ticks' },
    );
    await fixture.stop();

    const tables = ['ticks', 'bars_1m'].map((name) => seriesDefinition(tableRegistry().get(name)));
    const left = openTimeSeries({ driver: 'postgres', url: database.url }, 'market');
    const right = openTimeSeries({ driver: 'influx', url: servers.influx.url }, 'market');
    await Promise.all([left.prepare(tables), right.prepare(tables)]);
    const report = await compareSources({ left, right, series: tables, scope: 'left' });
    expect(report).toMatchObject({ differences: 0, symbols: 2 });
    expect(report.leftRows).toBeGreaterThanOrEqual(ticks.length * 2);
    await Promise.all([left.close(), right.close()]);
    rmSync(journal, { recursive: true });
  });

  it('needs all of a second database or nothing of it', () => {
    const env = { QF_DATABASE_URL: 'postgres://localhost/x', QF_TSDB_SECONDARY: 'influx' };
    expect(() => parseMarketDataConfig(env)).toThrow('QF_TSDB_SECONDARY');
  });
});
