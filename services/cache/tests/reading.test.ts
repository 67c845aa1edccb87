import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Fixture, startFixture } from './fixture.ts';

const LIVE = '/api/v1/historical/stock/600519.SH?period=1d';
const CLOSED = '/api/v1/historical/stock/600519.SH?period=1d&start=2024-01-01&end=2024-01-31';

describe('reading through the cache', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.stop());

  it('asks market-data once and answers from memory afterwards', async () => {
    const first = await fixture.get(LIVE);
    const second = await fixture.get(LIVE);
    expect([first.source, second.source]).toEqual(['miss', 'hit']);
    expect(second.body.data).toEqual(first.body.data);
    expect(fixture.marketData.asked).toHaveLength(1);
  });

  it('answers with the trace id and time of the request at hand', async () => {
    await fixture.get(CLOSED, { 'x-trace-id': 'a'.repeat(32) });
    const hit = await fixture.get(CLOSED, { 'x-trace-id': 'b'.repeat(32) });
    expect(hit).toMatchObject({ source: 'hit', body: { code: 'OK', traceId: 'b'.repeat(32) } });
    expect(Math.abs(Date.parse(hit.body.timestamp) - Date.now())).toBeLessThan(1000);
  });

  it('keeps one answer for all spellings of a symbol and of a query', async () => {
    await fixture.get('/api/v1/historical/stock/sh600519?start=2024-01-01&period=1d&end=2024-01-31');
    expect((await fixture.get(CLOSED)).source).toBe('hit');
    const index = await fixture.get('/api/v1/historical/index/000001');
    expect(fixture.marketData.asked.at(-1)).toBe('/api/v1/historical/index/000001.SH');
    expect(index.status).toBe(200);
  });

  it.each([
    ['/api/v1/historical/hk/700', '/api/v1/historical/hk/00700.HK'],
    ['/api/v1/historical/us/aapl', '/api/v1/historical/us/AAPL.US'],
    ['/api/v2/historical/stock/430047', '/api/v2/historical/stock/920047.BJ'],
    ['/api/v1/indices/000300/constituents', '/api/v1/indices/000300.SH/constituents'],
    ['/api/v1/concepts/%E7%99%BD%2F%E9%85%92/members', '/api/v1/concepts/%E7%99%BD%2F%E9%85%92/members'],
    ['/api/v1/stocks/list?kind=etf&board=a?b&format=json', '/api/v1/stocks/list?board=a%3Fb&kind=etf'],
  ])('asks in one form: %s', async (path, canonical) => {
    await fixture.get(path);
    expect(fixture.marketData.asked).toEqual([canonical]);
    expect((await fixture.get(path)).source).toBe('hit');
  });

  it('asks market-data once for many that ask at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => fixture.get(LIVE)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(fixture.marketData.asked).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.traceId)).size).toBe(20);
  });

  it('passes errors on without keeping them', async () => {
    const unknown = '/api/v1/historical/stock/601398.SH';
    expect(await fixture.get(unknown)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await fixture.get(unknown)).toMatchObject({ status: 404 });
    expect(fixture.marketData.asked).toHaveLength(2);
    expect(await fixture.get('/api/v1/historical/stock/600519.SH?limit=0')).toMatchObject({
      status: 400,
      body: { data: { errors: [{ field: 'limit' }] } },
    });
  });

  it('forgets a symbol when stored data of it change, and no other symbol', async () => {
    await fixture.get(CLOSED);
    const other = CLOSED.replace('600519.SH', '000001.SZ');
    await fixture.get(other);
    fixture.marketData.close = 11;
    await fixture.invalidate('600519.SH');
    expect(await fixture.get(CLOSED)).toMatchObject({ source: 'miss', body: { data: { bars: [{ close: 11 }] } } });
    expect(await fixture.get(other)).toMatchObject({ source: 'hit', body: { data: { bars: [{ close: 10 }] } } });
  });

  it('forgets what is about many symbols when stored data of any of them change', async () => {
    const batch = '/api/v1/historical/batch?symbols=600519.SH,000001.SZ&end=2024-01-31';
    const constituents = '/api/v1/indices/000300.SH/constituents';
    for (const path of [batch, constituents]) await fixture.get(path);
    for (const path of [batch, constituents]) expect((await fixture.get(path)).source).toBe('hit');
    await fixture.invalidate('000001.SZ');
    for (const path of [batch, constituents]) expect((await fixture.get(path)).source).toBe('miss');
  });

  it('never keeps an answer that was under way while the data changed', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    fixture.marketData.gate = promise;
    const early = fixture.get(CLOSED);
    while (fixture.marketData.asked.length === 0) await new Promise(setImmediate);
    fixture.marketData.close = 11;
    await fixture.invalidate('600519.SH');
    const late = fixture.get(CLOSED);
    while (fixture.marketData.asked.length < 2) await new Promise(setImmediate);
    resolve();
    expect((await early).body.data.bars).toMatchObject([{ close: 10 }]);
    expect(await late).toMatchObject({ source: 'miss', body: { data: { bars: [{ close: 11 }] } } });
    expect((await fixture.get(CLOSED)).body.data.bars).toMatchObject([{ close: 11 }]);
  });

  it('forgets what is still open at a bar of the symbol, and what is closed only at a bar inside it', async () => {
    await fixture.get(LIVE);
    await fixture.get(CLOSED);
    await fixture.publishBar('600519.SH', Date.parse('2024-02-05T09:31:00+08:00'));
    expect((await fixture.get(LIVE)).source).toBe('miss');
    expect((await fixture.get(CLOSED)).source).toBe('hit');
    await fixture.publishBar('600519.SH', Date.parse('2024-01-31T14:59:00+08:00'));
    expect((await fixture.get(CLOSED)).source).toBe('miss');
  });

  it('answers 503 while market-data is down, unless it holds a historical answer that nothing changed', async () => {
    await fixture.get(LIVE);
    await fixture.publishBar('600519.SH', Date.now());
    fixture.marketData.isDown = true;
    expect(await fixture.get(LIVE)).toMatchObject({ status: 200, source: 'stale' });
    expect(await fixture.get(CLOSED)).toMatchObject({ status: 503, retryAfter: '3', body: { code: 'UNAVAILABLE' } });
    await fixture.invalidate('600519.SH');
    expect(await fixture.get(LIVE)).toMatchObject({ status: 503, source: null });
  });

  it('keeps text outside ASCII whole', async () => {
    await fixture.get('/api/v1/stocks/600519.SH/info');
    const hit = await fixture.get('/api/v1/stocks/600519.SH/info');
    expect(hit).toMatchObject({ source: 'hit', body: { data: { name: '贵州茅台' } } });
  });
});
