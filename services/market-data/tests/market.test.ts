import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rulesOn } from '@quotefleet/domain';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { DATE, type MarketDataFixture, startMarketData, tick } from './market-data-fixture.ts';
import { STOCKS, storeSample } from './market-data-sample.ts';

type Row = Record<string, unknown>;

describeWith('postgres', 'the market', (servers) => {
  const database = isolatedDatabase(servers);
  let fixture: MarketDataFixture;
  beforeAll(async () => {
    fixture = await startMarketData(database.url);
    await storeSample(fixture);
  }, 30_000);
  afterAll(() => fixture.stop());

  const get = (path: string) => fixture.get(`/api/v1/${path}`);

  describe('has rules', () => {
    it.each([
      ['300750', '2020-08-21', '300750.SZ'],
      ['300750', '20200824', '300750.SZ'],
      ['600519', '2026-07-03', '600519.SH'],
      ['600519', '2026-07-06', '600519.SH'],
      ['688981', '2024-01-02', '688981.SH'],
      ['920047', '2025-12-01', '920047.BJ'],
      ['510300', '2024-01-02', '510300.SH'],
    ])('of %s on %s, those of the domain', async (symbol, date, canonical) => {
      const day = date.length === 8 ? `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}` : date;
      const { body } = await get(`rules/${symbol}?date=${date}&preClose=10`);
      const listDate = ['600519.SH', '688981.SH'].includes(canonical) ? { listDate: '2001-08-27' } : {};
      expect(body.data).toEqual(JSON.parse(JSON.stringify(rulesOn(canonical, day, { preClose: 10, ...listDate }))));
    });

    it('up to the end of the calendar, for what is traded here', async () => {
      expect((await get('rules/600519?date=2027-01-04')).body.data.errors).toMatchObject([{ field: 'date' }]);
      expect((await get('rules/600519?date=1980-01-04')).body.data.errors).toMatchObject([{ field: 'date' }]);
      for (const symbol of ['AAPL.US', '00700.HK', '000300.SH'])
        expect({ symbol, status: (await get(`rules/${symbol}`)).status }).toEqual({ symbol, status: 200 });
    });
  });

  describe('has trading days', () => {
    it.each([
      ['CN', '2025-09-29', '2025-10-10', ['2025-09-29', '2025-09-30', '2025-10-09', '2025-10-10']],
      ['HK', '2025-09-30', '2025-10-03', ['2025-09-30', '2025-10-02', '2025-10-03']],
      ['US', '2025-11-26', '2025-11-28', ['2025-11-26', '2025-11-28']],
    ])('in %s from %s to %s', async (market, start, end, expected) => {
      const { body } = await get(`calendar?start=${start}&end=${end}&market=${market}`);
      expect(body.data.tradingDays).toEqual(expected);
    });

    it.each([
      ['start=1980-01-01&end=2025-01-01', 'start'],
      ['start=2026-12-01&end=2027-01-10', 'end'],
      ['start=2026-12-01&end=2026-11-01', 'start'],
      ['start=2026-13-01&end=2026-11-01', 'start'],
      ['start=2026-11-01&end=2026-11-31', 'end'],
      ['start=2026-11-01&end=2026-11-30&market=XX', 'market'],
      ['end=2026-11-01', 'start'],
    ])('but refuses %s naming %s', async (query, field) => {
      const { status, body } = await get(`calendar?${query}`);
      expect({ status, field: body.data.errors[0].field }).toEqual({ status: 400, field });
    });
  });

  describe('has quotes', () => {
    const market = async (query: string): Promise<Row[]> => (await get(`realtime/market?${query}`)).body.data.quotes;

    it('of everything, sorted and filtered', async () => {
      expect((await market('')).map(({ symbol }) => symbol)).toEqual(STOCKS);
      expect((await market('order=desc')).map(({ symbol }) => symbol)).toEqual(STOCKS.toReversed());
      expect((await market('board=star')).map(({ symbol }) => symbol)).toEqual(['688981.SH']);
      expect(await market('kind=index')).toEqual([]);
      expect(await market('minLast=11')).toEqual([]);
      expect(await market('minChangePercent=-1&maxLast=10.2&minAmount=1')).toHaveLength(5);
      expect((await market('sort=amount&order=desc&limit=2')).map(({ symbol }) => symbol)).toEqual(
        STOCKS.toReversed().slice(0, 2),
      );
    });

    it('of many, in the order they were asked for, without those that have none', async () => {
      const { body } = await get('realtime/batch?symbols=688981,600999,000001.SZ,600519');
      expect(body.data.quotes).toMatchObject([
        { symbol: '688981.SH', name: '中芯国际', board: 'star', last: 10.11 },
        { symbol: '000001.SZ' },
        { symbol: '600519.SH', time: `${DATE}T09:30:36.000+08:00` },
      ]);
      const wrong = await get('realtime/batch?symbols=688981,nonsense');
      expect(wrong.body.data.errors).toMatchObject([{ field: 'symbols' }]);
    });

    it('of one with its book, and books over time', async () => {
      const { body } = await get('realtime/stock/600519');
      expect(body.data).toMatchObject({ last: 10.11, bids: [{ price: 10, volume: 100 }, { price: 9.99 }], asks: [{}] });
      const depth = await get('depth/600519?limit=1');
      expect(depth.body.data).toMatchObject({ symbol: '600519.SH', books: [{ seq: 12, bidPrices: [10, 9.99] }] });
      await fixture.store('depth', [
        {
          symbol: '600519',
          ts: `${DATE}T10:00:00+08:00`,
          seq: 1,
          bidPrices: [10],
          bidVolumes: [1],
          askPrices: [],
          askVolumes: [],
        },
      ]);
      expect((await get('depth/600519')).body.data.books).toHaveLength(1);
    });

    it('that a late tick does not take back', async () => {
      const [before] = await market('limit=1');
      const late = tick({ symbol: '000001.SZ', seq: 50, time: '09:30:04', last: 9.5, volume: 150 });
      await fixture.post('/api/v1/ingest/ticks', [late]);
      await new Promise((resolve) => setTimeout(resolve, 1200));
      expect((await market('limit=1'))[0]).toEqual(before);
    });
  });

  describe('has reports of quality', () => {
    const days = async (query: string): Promise<Row[]> => (await get(`quality/600519?${query}`)).body.data.days;

    it('that tell missing days and minutes', async () => {
      const found = await days('start=2025-10-27&end=2025-10-31');
      expect(found.map(({ date, found: count, completeness }) => [date, count, completeness])).toEqual([
        ['2025-10-27', 1, 1],
        ['2025-10-28', 1, 1],
        ['2025-10-29', 0, 0],
        ['2025-10-30', 1, 1],
        ['2025-10-31', 1, 1],
      ]);
      expect(found[2]).toMatchObject({ findings: [{ kind: 'gap' }] });
      const [minutes] = await days(`period=1m&start=${DATE}&end=${DATE}`);
      expect(minutes).toMatchObject({ period: '1m', completeness: 1 });
      expect(await days('period=1m&start=2025-10-27&end=2025-10-27')).toMatchObject([{ found: 0, completeness: 0 }]);
    });

    it('that tell a jump that no ex-date explains, until there is one', async () => {
      const bar = (date: string, close: number) => {
        const prices = { open: close, high: close, low: close, close };
        return { symbol: '600036.SH', ts: `${date}T00:00:00+08:00`, ...prices, volume: 100, amount: 100 * close };
      };
      await fixture.store('bars_1d', [bar('2025-11-06', 10), bar('2025-11-07', 5), bar('2025-11-10', 5)]);
      const jump = async () => (await get('quality/600036?start=2025-11-07&end=2025-11-07')).body.data.days[0].findings;
      expect(await jump()).toMatchObject([{ kind: 'jump' }]);
      await fixture.store('dividends', [
        {
          symbol: '600036',
          endDate: '2025-06-30',
          progress: 'implemented',
          cashPerShare: 0,
          bonusRatio: 1,
          transferRatio: 0,
          exDate: '2025-11-07',
        },
      ]);
      expect(await jump()).toBeUndefined();
    });

    it.each([
      ['start=1980-01-01&end=2025-01-01', 'start'],
      ['start=2026-12-01&end=2027-01-10', 'end'],
      ['start=2025-12-01&end=2025-11-01', 'start'],
    ])('but refuses %s naming %s', async (query, field) => {
      const { status, body } = await get(`quality/600519?${query}`);
      expect({ status, field: body.data.errors[0].field }).toEqual({ status: 400, field });
    });
  });
});
