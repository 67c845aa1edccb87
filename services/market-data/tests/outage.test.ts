import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { marketApi, versionsOf } from '@quotefleet/contracts';
import { shanghaiMs, tradingDays } from '@quotefleet/domain';
import { type PostgresServer, startPostgres } from '@quotefleet/native-servers';
import { describeWith, waitUntil } from '@quotefleet/testing';
import { exampleCall } from './example-calls.ts';
import { DATE, type MarketDataFixture, startMarketData, tick } from './market-data-fixture.ts';

const { MARKET_READS, MARKET_WRITES } = marketApi;
const DAYS = tradingDays('2010-01-01', '2025-12-31').slice(0, 3000);
const bar = (symbol: string, date: string) => {
  return { symbol, ts: shanghaiMs(date), open: 10, high: 10, low: 10, close: 10, volume: 100, amount: 1000 };
};
/** Answered without a database. */
const OFFLINE = ['tradeCalendar'];

// The address of the shared server is not used: this one is killed.
describeWith('postgres', 'market-data without its database', () => {
  const home = mkdtempSync(join(tmpdir(), 'quotefleet-outage-'));
  const dataDir = join(home, 'postgres');
  let postgres: PostgresServer;
  let fixture: MarketDataFixture;

  beforeAll(async () => {
    postgres = await startPostgres({ dataDir, persistent: true });
    fixture = await startMarketData(postgres.url);
    await fixture.store('bars_1d', [bar('600519.SH', DATE), bar('000300.SH', DATE)]);
  }, 60_000);
  afterAll(async () => {
    await fixture.stop();
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }, 60_000);

  const isDown = async () => (await fixture.get('/api/v1/stocks/list')).status === 503;
  async function restart(): Promise<void> {
    postgres = await startPostgres({ dataDir, port: postgres.port, persistent: true });
    await waitUntil(async () => (await fixture.get('/api/v1/stocks/list')).status === 200, { timeoutMs: 20_000 });
  }

  it('answers 503 with Retry-After at every endpoint, in every format, and comes back', async () => {
    await postgres.kill();
    await waitUntil(isDown, { message: 'the loss to show' });
    const answers: unknown[] = [];
    for (const endpoint of [...MARKET_READS, ...MARKET_WRITES]) {
      if (OFFLINE.includes(endpoint.id)) continue;
      for (const version of versionsOf(endpoint)) {
        const { path, init } = exampleCall(version);
        const formats = endpoint.table ? ['', 'csv', 'ndjson', 'arrow', 'parquet'] : [''];
        for (const format of formats) {
          const url = format === '' ? path : `${path}${path.includes('?') ? '&' : '?'}format=${format}`;
          const response = await fixture.fetch(url, init);
          const { code } = (await response.json()) as { code: string };
          const retryAfter = response.headers.get('retry-after');
          if (response.status !== 503 || code !== 'UNAVAILABLE' || retryAfter === null)
            answers.push({ id: version.id, url, status: response.status, code, retryAfter });
        }
      }
    }
    expect(answers).toEqual([]);
    await restart();
  }, 120_000);

  it.each([
    [5, '600000.SH'],
    [40, '600001.SH'],
    [80, '600004.SH'],
    [160, '600006.SH'],
  ])(
    'has a call that is interrupted after %d ms stored wholly or not at all, and takes it again',
    async (afterMs, symbol) => {
      const records = DAYS.map((date) => bar(symbol, date));
      const call = fixture.fetch('/api/v1/ingest/bars_1d', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': symbol },
        body: JSON.stringify(records),
      });
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await postgres.kill();
      const { status } = await call;
      expect([200, 503]).toContain(status);
      await restart();
      const stored = async () =>
        (await fixture.get(`/api/v1/historical/batch?symbols=${symbol}&start=2010-01-01&limit=5000`)).body.data.bars
          .length;
      expect([0, DAYS.length]).toContain(await stored());
      await fixture.store('bars_1d', records);
      expect(await stored()).toBe(DAYS.length);
    },
    120_000,
  );

  it('goes on storing ticks that came while it was away', async () => {
    await fixture.post('/api/v1/ingest/ticks', tick({ seq: 1, time: '09:30:03', last: 10, volume: 100 }));
    await postgres.kill();
    await waitUntil(isDown, { message: 'the loss to show' });
    const refused = await fixture.post('/api/v1/ingest/ticks', [
      tick({ seq: 2, time: '09:30:06', last: 10, volume: 200 }),
      { symbol: 'nonsense' },
    ]);
    expect(refused.status).toBe(503);
    const taken = await fixture.post('/api/v1/ingest/ticks', tick({ seq: 3, time: '09:30:09', last: 10, volume: 300 }));
    expect(taken.status).toBe(202);
    await restart();
    const seqs = async () =>
      (await fixture.get('/api/v1/ticks/600519.SH')).body.data.ticks.map(({ seq }: { seq: number }) => seq);
    await waitUntil(async () => (await seqs()).includes(3), { timeoutMs: 20_000, message: 'the third tick' });
    expect(await seqs()).toEqual([1, 3]);
  }, 120_000);
});
