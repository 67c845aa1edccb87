import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { type MarketDataFixture, startMarketData } from './market-data-fixture.ts';
import { storeSample } from './market-data-sample.ts';

type Row = Record<string, unknown>;

describeWith('postgres', 'reference data', (servers) => {
  const database = isolatedDatabase(servers);
  let fixture: MarketDataFixture;
  beforeAll(async () => {
    fixture = await startMarketData(database.url);
    await storeSample(fixture);
  }, 30_000);
  afterAll(() => fixture.stop());

  const data = async (path: string) => {
    const { status, body } = await fixture.get(`/api/v1/${path}`);
    expect({ path, status }).toEqual({ path, status: 200 });
    return body.data;
  };
  const pick = (rows: readonly Row[], ...names: string[]) => rows.map((row) => names.map((name) => row[name]));

  describe('reports', () => {
    const reports = async (query: string) => (await data(`financial/stock/600519?${query}`)).reports;

    it.each([
      ['2024-04-02', []],
      ['2024-04-03', [['2023-12-31', 747]]],
      [
        '2024-08-08',
        [
          ['2023-12-31', 747],
          ['2024-03-31', 240],
        ],
      ],
      [
        '2024-08-09',
        [
          ['2023-12-31', 748],
          ['2024-03-31', 240],
          ['2024-06-30', 416],
        ],
      ],
    ])('are those announced by %s, each as it was known then', async (asOf, expected) => {
      expect(pick(await reports(`asOf=${asOf}`), 'endDate', 'netProfit')).toEqual(expected);
    });

    it('have every announcement where that is asked for, and periods in a range', async () => {
      expect(pick(await reports('revisions=all&end=20231231'), 'annDate', 'netProfit')).toEqual([
        ['2024-04-03', 747],
        ['2024-08-09', 748],
      ]);
      expect(pick(await reports('start=2024-01-01&end=2024-03-31'), 'endDate')).toEqual([['2024-03-31']]);
    });

    it('are consolidated, by the kind of statement', async () => {
      expect(pick(await reports('report=balance_sheet'), 'endDate', 'reportType')).toEqual([['2023-12-31', '1']]);
      expect(await reports('report=cashflow')).toEqual([]);
    });
  });

  it('dividends are those announced by a day; without an announcement those whose ex-date had come', async () => {
    const dividends = async (query: string) => (await data(`dividend/stock/600519?${query}`)).dividends;
    const known = async (asOf: string) => pick(await dividends(`asOf=${asOf}`), 'endDate', 'progress');
    expect(await known('2022-06-29')).toEqual([]);
    expect(await known('2022-06-30')).toEqual([['2021-12-31', 'implemented']]);
    expect(await known('2024-04-03')).toEqual([
      ['2021-12-31', 'implemented'],
      ['2022-12-31', 'implemented'],
      ['2023-12-31', 'proposed'],
    ]);
    expect(await known('2024-06-11')).toHaveLength(4);
    expect(await dividends('')).toHaveLength(5);
    expect(await dividends('start=2023-01-01&end=2023-12-31')).toHaveLength(2);
  });

  it('rights and share capital are those known by a day', async () => {
    const rights = async (asOf: string) => (await data(`rights/stock/600519?asOf=${asOf}`)).rights.length;
    expect([await rights('2019-01-14'), await rights('2019-01-15'), await rights('2021-02-28')]).toEqual([0, 1, 1]);
    expect(await rights('2021-03-01')).toBe(2);
    const capital = async (asOf: string) => (await data(`capital/stock/600519?asOf=${asOf}`)).capital.length;
    expect([await capital('2014-06-17'), await capital('2014-06-18'), await capital('2019-12-31')]).toEqual([1, 2, 2]);
    expect(await capital('2020-01-02')).toBe(3);
  });

  it('macro figures are those published by a day, the last ones of each period', async () => {
    const gdp = async (query: string) => pick((await data(`macro/gdp?${query}`)).gdp, 'period', 'gdp');
    expect(await gdp('asOf=2024-04-15')).toEqual([]);
    expect(await gdp('asOf=2024-10-18')).toEqual([
      ['2024Q1', 296_299],
      ['2024Q2', 616_836],
      ['2024Q3', 949_746],
    ]);
    expect((await gdp(''))[0]).toEqual(['2024Q1', 304_762]);
    expect(await gdp('start=2024-07-01&end=2024-10-31')).toEqual([
      ['2024Q2', 616_836],
      ['2024Q3', 949_746],
    ]);
  });

  describe('members', () => {
    const symbols = async (path: string, key = 'members') => pick((await data(path))[key], 'symbol').flat();

    it.each([
      ['2005-04-07', []],
      ['2005-04-08', ['600036.SH', '600519.SH']],
      ['2024-06-14', ['600036.SH', '600519.SH']],
      ['2024-06-17', ['300750.SZ', '600519.SH']],
      ['2025-06-16', ['300750.SZ', '600036.SH', '600519.SH']],
    ])('of an index on %s leave on the day of leaving', async (date, expected) => {
      expect((await symbols(`indices/000300/constituents?date=${date}`, 'constituents')).sort()).toEqual(expected);
    });

    it('of an industry are listed once, whichever level they are listed at', async () => {
      expect(await symbols('industries/801780/members')).toEqual(['000001.SZ', '600036.SH']);
      expect(await symbols('industries/801783/members')).toEqual(['000001.SZ', '600036.SH']);
      for (const code of ['801120', '801125', '851251'])
        expect(await symbols(`industries/${code}/members`)).toEqual(['600519.SH']);
      expect(await data('industries/801120/members?date=2021-07-29')).toMatchObject({
        ...{ code: '801120', name: '食品饮料', date: '2021-07-29', members: [] },
      });
    });

    it('of a concept have their names', async () => {
      expect((await data('concepts/chips/members?date=2024-01-01')).members).toMatchObject([
        { symbol: '300750.SZ', name: '宁德时代' },
        { symbol: '688981.SH', name: '中芯国际' },
      ]);
      expect(await symbols('concepts/chips/members?date=2024-01-02')).toEqual(['688981.SH']);
    });

    it('of what is not known are a 404', async () => {
      for (const path of ['industries/nothing/members', 'concepts/nothing/members', 'indices/399001/constituents'])
        expect((await fixture.get(`/api/v1/${path}`)).status).toBe(404);
      expect((await fixture.get('/api/v1/industries/801120/members?taxonomy=other')).status).toBe(404);
    });
  });

  it.each([
    ['600519', ['600519.SH']],
    ['600', ['600036.SH', '600519.SH']],
    ['茅台', ['600519.SH']],
    ['gzmt', ['600519.SH']],
    ['ZSYH', ['600036.SH']],
    ['sh600519', ['600519.SH']],
    ['600519.XSHG', ['600519.SH']],
    ['%25', []],
    ['_', []],
    ['zxgj', ['688981.SH']],
  ])('is found by %s', async (q, expected) => {
    expect(pick((await data(`stocks/search?q=${q}`)).instruments, 'symbol').flat()).toEqual(expected);
  });

  it('is searched by kind, up to a limit, with the beginnings first', async () => {
    expect(await data('stocks/search?q=6&limit=1')).toMatchObject({ instruments: [{ symbol: '600036.SH' }] });
    expect((await data('stocks/search?q=300&kind=index')).instruments).toMatchObject([{ symbol: '000300.SH' }]);
    expect(pick((await data('stocks/search?q=30')).instruments, 'symbol').flat()[0]).toBe('300750.SZ');
  });

  it('of one instrument is had by any form of its symbol', async () => {
    for (const form of ['600519', 'sh600519', '1.600519', 'SHSE.600519'])
      expect(await data(`stocks/${form}/info`)).toMatchObject({
        symbol: '600519.SH',
        name: '贵州茅台',
        listDate: '2001-08-27',
      });
  });
});
