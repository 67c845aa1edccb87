import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Bar, shanghaiMs, tradingDays } from '@quotefleet/domain';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { barToRow } from '../src/series/rows.ts';
import { type MarketDataFixture, startMarketData } from './market-data-fixture.ts';

const SYMBOLS = ['000001.SZ', '000300.SH', '600519.SH', '920047.BJ', '00700.HK', 'AAPL.US'];
const DAYS = tradingDays('2024-05-06', '2024-05-31').filter((day) => day !== '2024-05-15' && day !== '2024-05-27');

function daily(symbol: string, date: string): Bar {
  const close = 10 + Number(date.slice(8)) / 10;
  const prices = { open: close, high: close, low: close, close };
  return { symbol, period: '1d', ts: shanghaiMs(date), ...prices, volume: 1000, amount: 1000 * close, final: true };
}

interface Row {
  symbol: string;
  tradeDate: string;
}

describeWith('postgres', 'bars of many symbols and markets', (servers) => {
  const database = isolatedDatabase(servers);
  let fixture: MarketDataFixture;

  beforeAll(async () => {
    fixture = await startMarketData(database.url);
    await fixture.store(
      'bars_1d',
      SYMBOLS.flatMap((symbol) => DAYS.map((day) => barToRow(daily(symbol, day), 'test'))),
    );
  });
  afterAll(() => fixture.stop());

  const batch = async (query: string) => (await fixture.get(`/api/v1/historical/batch?${query}`)).body;
  const keys = (rows: readonly Row[]) => rows.map(({ symbol, tradeDate }) => `${symbol} ${tradeDate}`);
  const allKeys = (symbols: readonly string[], days = DAYS) =>
    [...symbols].sort().flatMap((symbol) => days.map((day) => `${symbol} ${day}`));

  it('come by symbol and time, whatever the order and the form they are named in', async () => {
    const { data } = await batch('symbols=sh600519,1.600519,%20000001,000300.SH,430047&start=2024-05-01');
    expect(keys(data.bars)).toEqual(allKeys(['000001.SZ', '000300.SH', '600519.SH', '920047.BJ']));
    expect(data).toMatchObject({ period: '1d', adjust: 'none' });
  });

  it.each([1, 5, 17, 18, 19, 36, 1000])('come whole in pages of %d', async (limit) => {
    const found: Row[] = [];
    let cursor = '';
    do {
      const { data } = await batch(`symbols=${SYMBOLS},600000&start=2024-05-01&limit=${limit}${cursor}`);
      expect(data.bars.length).toBeLessThanOrEqual(limit);
      found.push(...data.bars);
      cursor = data.nextCursor === undefined ? '' : `&cursor=${data.nextCursor}`;
    } while (cursor !== '');
    expect(keys(found)).toEqual(allKeys(SYMBOLS));
  });

  it('are the last ones of each where no start is given, and all of them as a stream', async () => {
    const { data } = await batch(`symbols=600519,000001&limit=1000&end=2024-05-10`);
    expect(keys(data.bars)).toEqual(allKeys(['000001.SZ', '600519.SH'], DAYS.slice(0, 5)));
    const csv = await (await fixture.fetch('/api/v1/historical/batch?symbols=600519,000001&format=csv')).text();
    expect(csv.trim().split('\r\n')).toHaveLength(1 + 2 * DAYS.length);
  });

  it('have no rows of a symbol that is not known', async () => {
    expect((await batch('symbols=600999,688999')).data.bars).toEqual([]);
    expect(keys((await batch('symbols=600999,600519&limit=3')).data.bars)).toEqual(
      allKeys(['600519.SH'], DAYS.slice(-3)),
    );
  });

  it.each([
    ['more symbols than one call may name', Array.from({ length: 1001 }, (_, index) => 600_000 + index).join()],
    ['a symbol of no form', '600519,nonsense'],
    ['an empty symbol', '600519,,000001'],
    ['none at all', ''],
  ])('are refused for %s, naming the parameter', async (_what, symbols) => {
    const { code, data } = await batch(`symbols=${symbols}`);
    expect({ code, field: data.errors[0].field }).toEqual({
      code: 'INVALID_ARGUMENT',
      field: expect.stringMatching(/^symbols/),
    });
  });

  it('of a thousand symbols are one call', async () => {
    const symbols = Array.from({ length: 999 }, (_, index) => 601_000 + index);
    const { data } = await batch(`symbols=${symbols},600519&start=2024-05-01`);
    expect(keys(data.bars)).toEqual(allKeys(['600519.SH']));
  });

  it.each([
    ['hk', ['700', '00700', 'hk00700', '700.HK', '00700.HK'], '00700.HK'],
    ['us', ['AAPL', 'aapl', 'usAAPL', 'AAPL.US'], 'AAPL.US'],
  ])('of %s are had by bare codes too', async (market, forms, symbol) => {
    for (const form of forms) {
      const { status, body } = await fixture.get(`/api/v1/historical/${market}/${form}?start=2024-05-01`);
      expect({ status, symbol: body.data?.symbol }).toEqual({ status: 200, symbol });
      expect(body.data.bars).toHaveLength(DAYS.length);
    }
    const weeks = await fixture.get(`/api/v1/historical/${market}/${forms[0]}?period=1w`);
    expect(weeks.body.data.bars).toHaveLength(4);
    const minutes = await fixture.get(`/api/v1/historical/${market}/${forms[0]}?period=5m`);
    expect(minutes).toMatchObject({ status: 400, body: { data: { errors: [{ field: 'period' }] } } });
  });

  it('are refused at the endpoint of another market, which is named', async () => {
    const { status, body } = await fixture.get('/api/v1/historical/hk/600519.SH');
    expect({ status, message: body.message }).toEqual({ status: 404, message: expect.stringContaining('stock') });
    expect((await fixture.get('/api/v1/historical/us/700.HK')).body.message).toContain('hk endpoint');
  });
});
