import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import { DATE, type MarketDataFixture, startMarketData, tick } from './market-data-fixture.ts';

const MINUTES = `/api/v1/historical/stock/600519.SH?period=1m&start=${DATE}&end=${DATE}`;

describeWith('postgres', 'market-data', (servers) => {
  const database = isolatedDatabase(servers);
  let fixture: MarketDataFixture;

  beforeAll(async () => {
    fixture = await startMarketData(database.url);
  });
  afterAll(() => fixture.stop());

  const stored = (path: string, count: number) =>
    waitUntil(async () => (await fixture.get(path)).body.data?.bars?.length >= count, {
      timeoutMs: 5000,
      message: `${count} bars at ${path}`,
    });

  it('stores ticks that were handed in, builds minute and daily bars of them and quotes the last', async () => {
    const ticks = [
      tick({ seq: 1, time: '09:25:03', last: 10, volume: 1000, high: 10, low: 10 }),
      tick({ seq: 2, time: '09:30:03', last: 10.5, volume: 1500, high: 10.5, low: 10 }),
      tick({ seq: 3, time: '09:30:57', last: 10.2, volume: 1900, high: 10.6, low: 10 }),
      tick({ seq: 4, time: '09:31:03', last: 10.3, volume: 2000, high: 10.6, low: 10 }),
    ];
    const answer = await fixture.post('/api/v1/ingest/ticks', { ticks });
    expect(answer).toMatchObject({ status: 202, body: { success: true, data: { accepted: 4, rejected: [] } } });

    await stored(MINUTES, 3);
    const { body } = await fixture.get(MINUTES);
    expect(body.data.bars).toMatchObject([
      { time: `${DATE}T09:30:00.000+08:00`, open: 10, close: 10, volume: 1000, final: true },
      { time: `${DATE}T09:31:00.000+08:00`, open: 10.5, high: 10.6, low: 10.2, close: 10.2, volume: 900, final: true },
      { time: `${DATE}T09:32:00.000+08:00`, open: 10.3, high: 10.3, close: 10.3, volume: 100, final: false },
    ]);
    const quote = await fixture.get('/api/v1/realtime/stock/sh600519');
    expect(quote.body.data).toMatchObject({
      symbol: '600519.SH',
      last: 10.3,
      change: 0.3,
      changePercent: 3,
      volume: 2000,
      seq: 4,
    });
    const daily = await fixture.get('/api/v1/historical/stock/600519?period=1d');
    expect(daily.body.data.bars).toMatchObject([
      { tradeDate: DATE, open: 10, close: 10.3, volume: 2000, final: false },
    ]);
  });

  it('stores a tick that is handed in twice once', async () => {
    const again = { ticks: [tick({ seq: 4, time: '09:31:03', last: 10.3, volume: 2000, high: 10.6, low: 10 })] };
    await fixture.post('/api/v1/ingest/ticks', again);
    await fixture.post('/api/v1/ingest/ticks', {
      ticks: [tick({ seq: 5, time: '09:31:06', last: 10.3, volume: 2100, high: 10.6, low: 10 })],
    });
    const ticks = () => fixture.get('/api/v1/ticks/600519.SH');
    await waitUntil(async () => (await ticks()).body.data.ticks.length >= 5, {
      timeoutMs: 5000,
      message: 'the fifth tick',
    });
    const { body } = await ticks();
    expect(body.data.ticks.map((stored: { seq: number }) => stored.seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('amends the bar of a minute that is over when a tick of it comes late', async () => {
    await fixture.post('/api/v1/ingest/ticks', {
      ticks: [tick({ seq: 6, time: '09:30:30', last: 10.55, volume: 1700, high: 10.6, low: 9.8 })],
    });
    await waitUntil(async () => (await fixture.get(MINUTES)).body.data.bars[1].low === 9.8, {
      timeoutMs: 5000,
      message: 'the amended low',
    });
    const { body } = await fixture.get(MINUTES);
    expect(body.data.bars[1]).toMatchObject({
      open: 10.5,
      high: 10.6,
      low: 9.8,
      close: 10.2,
      volume: 900,
      final: true,
    });
    expect(body.data.bars).toHaveLength(3);
  });

  it('reports each bad tick by its index and takes the others', async () => {
    const good = tick({ symbol: '000001.SZ', seq: 1, time: '10:00:00', last: 10, volume: 100 });
    const answer = await fixture.post('/api/v1/ingest/ticks', {
      ticks: [
        { ...good, symbol: 'nonsense' },
        good,
        { ...good, volume: -1 },
        { ...good, ts: Date.UTC(2026, 0, 4) },
        { ...good, last: 99 },
        7,
      ],
    });
    expect(answer.body.data).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 0, field: 'symbol' },
        { index: 2, field: 'volume' },
        { index: 3, field: 'ts', message: '2026-01-04 is not a trading day' },
        { index: 4, field: 'last' },
        { index: 5 },
      ],
    });
  });

  it('goes on with the bar in progress after a restart', async () => {
    const path = `/api/v1/historical/stock/300750.SZ?period=1m&start=${DATE}`;
    const at = (seq: number, time: string, last: number, volume: number) =>
      tick({ symbol: '300750.SZ', seq, time, last, volume, high: 11, low: 10 });
    await fixture.post('/api/v1/ingest/ticks', { ticks: [at(1, '10:00:03', 10, 100), at(2, '10:00:20', 11, 300)] });
    await stored(path, 1);
    await fixture.stop();
    fixture = await startMarketData(database.url);
    await fixture.post('/api/v1/ingest/ticks', { ticks: [at(3, '10:00:40', 10.5, 600), at(4, '10:01:10', 10.6, 700)] });
    await stored(path, 2);
    const { body } = await fixture.get(path);
    expect(body.data.bars).toMatchObject([
      { open: 10, high: 11, low: 10, close: 10.5, volume: 600, final: true },
      { open: 10.6, volume: 100, final: false },
    ]);
  });

  describe('refuses', () => {
    it.each([
      ['a malformed symbol', '/api/v1/realtime/stock/6005190', 400, 'symbol'],
      ['a malformed date', '/api/v1/historical/stock/600519.SH?start=2026-13-01', 400, 'start'],
      ['an unknown period', '/api/v1/historical/stock/600519.SH?period=7m', 400, 'period'],
      ['a limit over the most', '/api/v1/historical/stock/600519.SH?limit=50001', 400, 'limit'],
      ['a limit that is no number', '/api/v1/historical/stock/600519.SH?limit=ten', 400, 'limit'],
      ['a start after the end', '/api/v1/historical/stock/600519.SH?start=2026-02-01&end=2026-01-01', 400, 'start'],
      ['a date past the calendar', '/api/v1/historical/stock/600519.SH?end=2027-01-04', 400, 'end'],
      ['a foreign cursor', '/api/v1/historical/stock/600519.SH?cursor=abc', 400, 'cursor'],
      ['a calendar past its end', '/api/v1/calendar?start=2026-12-01&end=2027-02-01', 400, 'end'],
    ])('%s', async (_what, path, status, field) => {
      const { status: found, body } = await fixture.get(path);
      expect({ status: found, code: body.code, field: body.data.errors[0].field }).toEqual({
        status,
        code: 'INVALID_ARGUMENT',
        field,
      });
    });

    it('an unknown symbol with 404', async () => {
      const { status, body } = await fixture.get('/api/v1/historical/stock/600999.SH');
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'NOT_FOUND' });
    });

    it('an index at the stock endpoint, naming the right one', async () => {
      const { status, body } = await fixture.get('/api/v1/historical/stock/000300.SH');
      expect(status).toBe(404);
      expect(body.message).toContain('index endpoint');
    });
  });
});
