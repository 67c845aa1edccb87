import { minuteBarEnds, shanghaiMs, tradingDays } from '@quotefleet/domain';
import { waitUntil } from '@quotefleet/testing';
import { DATE, type MarketDataFixture, tick } from './market-data-fixture.ts';

const DAYS = tradingDays('2025-10-09', DATE);
export const STOCKS = ['000001.SZ', '300750.SZ', '600036.SH', '600519.SH', '688981.SH'];
const NAMES: Readonly<Record<string, string>> = {
  '000001.SZ': '平安银行',
  '300750.SZ': '宁德时代',
  '600036.SH': '招商银行',
  '600519.SH': '贵州茅台',
  '688981.SH': '中芯国际',
};

function bar(symbol: string, ts: number, index: number) {
  const close = 10 + (index % 17) / 10;
  const prices = { open: close, high: close + 0.1, low: close - 0.1, close };
  return { symbol, ts, ...prices, volume: 100 * (index + 1), amount: 1000.5 * index };
}

/** Some rows for every endpoint of rows. */
export async function storeSample(fixture: MarketDataFixture): Promise<void> {
  await fixture.store(
    'instruments',
    STOCKS.map((symbol, index) => ({
      ...{ symbol, name: NAMES[symbol], kind: 'stock', board: symbol.endsWith('SZ') ? 'szse-main' : 'sse-main' },
      ...{ isSt: index === 0, status: 'listed', ...(index === 1 ? {} : { listDate: '2001-08-27' }) },
    })),
  );
  await fixture.store(
    'bars_1d',
    [...STOCKS, '000300.SH', '00700.HK', 'AAPL.US'].flatMap((symbol) =>
      DAYS.filter((day) => day.startsWith('2025-1') && day !== '2025-10-29' && day < '2025-11-20').map((day, index) =>
        bar(symbol, shanghaiMs(day), index),
      ),
    ),
  );
  await fixture.store(
    'bars_1m',
    minuteBarEnds(DATE).map((ts, index) => bar('600519.SH', ts, index)),
  );
  await storeTicks(fixture);
  await fixture.store('trades', TRADES);
  for (const [table, rows] of Object.entries(REFERENCE)) await fixture.store(table, rows);
}

async function storeTicks(fixture: MarketDataFixture): Promise<void> {
  const ticks = STOCKS.flatMap((symbol) =>
    Array.from({ length: 12 }, (_, index) => {
      const time = `09:30:${String(3 * index + 3).padStart(2, '0')}`;
      const plain = tick({ symbol, seq: index + 1, time, last: 10 + index / 100, volume: 100 * (index + 1) });
      return { ...plain, bidPrices: [10, 9.99], bidVolumes: [100, 200], askPrices: [10.01], askVolumes: [300] };
    }),
  );
  await fixture.post('/api/v1/ingest/ticks', { ticks });
  const quotes = async () => (await fixture.get('/api/v1/realtime/market')).body.data.quotes;
  await waitUntil(async () => (await quotes()).length === STOCKS.length, { message: 'the quotes' });
}

const TRADES = ['09:30:03', '09:30:03', '09:30:06', '09:30:09'].map((time, index) => ({
  ...{ symbol: '600519.SH', ts: shanghaiMs(DATE, time), seq: 7 + 3 * index },
  ...{ price: 10 + index / 100, volume: 100 * (index + 1), amount: 1000.5 * (index + 1) },
  ...(index === 1 ? {} : { side: index === 0 ? 'cross' : 'buy', bidOrder: 100 + index }),
}));

const dividend = (endDate: string, exDate: string | undefined, progress: string, annDate: string | undefined) => ({
  ...{ symbol: '600519.SH', endDate, progress, cashPerShare: 1.5, bonusRatio: 0, transferRatio: 0.1 },
  ...(exDate === undefined ? {} : { exDate }),
  ...(annDate === undefined ? {} : { annDate }),
});
const report = (endDate: string, annDate: string, netProfit: number) => ({
  ...{ symbol: '600519.SH', endDate, annDate, netProfit },
});
const member = (symbol: string, inDate: string, outDate?: string) => ({
  ...{ symbol, inDate },
  ...(outDate === undefined ? {} : { outDate }),
});

const REFERENCE: Readonly<Record<string, object[]>> = {
  dividends: [
    dividend('2022-12-31', '2023-06-30', 'implemented', '2023-06-20'),
    dividend('2023-12-31', undefined, 'proposed', '2024-04-03'),
    dividend('2023-12-31', '2024-06-19', 'implemented', '2024-06-11'),
    dividend('2021-12-31', '2022-06-30', 'implemented', undefined),
    dividend('2024-12-31', '2025-06-26', 'implemented', undefined),
  ],
  rights: [
    { symbol: '600519.SH', exDate: '2019-03-01', annDate: '2019-01-15', rightsRatio: 0.3, rightsPrice: 5 },
    { symbol: '600519.SH', exDate: '2021-03-01', rightsRatio: 0.2, rightsPrice: 6 },
  ],
  share_capital: ['2001-08-27', '2014-06-25', '2020-01-02'].map((date, index) => ({
    ...{ symbol: '600519.SH', date, totalShares: 1_000_000 * (index + 1), floatShares: 500_000 * (index + 1) },
    ...(index === 1 ? { annDate: '2014-06-18', reason: '送股' } : {}),
  })),
  financial_summaries: [
    report('2023-12-31', '2024-04-03', 747),
    report('2024-03-31', '2024-04-27', 240),
    report('2023-12-31', '2024-08-09', 748),
    report('2024-06-30', '2024-08-09', 416),
  ],
  balance_sheets: [
    { symbol: '600519.SH', endDate: '2023-12-31', reportType: '1', annDate: '2024-04-03' },
    { symbol: '600519.SH', endDate: '2023-12-31', reportType: '6', annDate: '2024-04-03' },
  ],
  industries: [
    { taxonomy: 'sw2021', code: '801120', name: '食品饮料', level: 1 },
    { taxonomy: 'sw2021', code: '801125', name: '白酒', level: 2, parent: '801120' },
    { taxonomy: 'sw2021', code: '851251', name: '白酒III', level: 3, parent: '801125' },
    { taxonomy: 'sw2021', code: '801780', name: '银行', level: 1 },
    { taxonomy: 'sw2021', code: '801783', name: '股份制银行', level: 2, parent: '801780' },
  ],
  industry_members: [
    { taxonomy: 'sw2021', code: '851251', ...member('600519.SH', '2021-07-30') },
    ...['801780', '801783'].flatMap((code) =>
      ['000001.SZ', '600036.SH'].map((symbol) => ({ taxonomy: 'sw2021', code, ...member(symbol, '2021-07-30') })),
    ),
  ],
  concepts: [
    { code: 'chips', name: '芯片' },
    { code: 'battery', name: '锂电池', description: 'Makers of cells' },
  ],
  concept_members: [
    { code: 'chips', ...member('688981.SH', '2020-07-16') },
    { code: 'chips', ...member('300750.SZ', '2020-07-16', '2024-01-02') },
  ],
  index_constituents: [
    { indexSymbol: '000300.SH', ...member('600519.SH', '2005-04-08'), weight: 5.1 },
    { indexSymbol: '000300.SH', ...member('600036.SH', '2005-04-08', '2024-06-17') },
    { indexSymbol: '000300.SH', ...member('300750.SZ', '2024-06-17') },
    { indexSymbol: '000300.SH', ...member('600036.SH', '2025-06-16') },
  ],
  macro_gdp: [
    { period: '2024Q1', publishDate: '2024-04-16', gdp: 296_299, gdpYoy: 5.3 },
    { period: '2024Q2', publishDate: '2024-07-15', gdp: 616_836, gdpYoy: 5 },
    { period: '2024Q1', publishDate: '2024-12-26', gdp: 304_762 },
    { period: '2024Q3', publishDate: '2024-10-18', gdp: 949_746, gdpYoy: 4.8 },
  ],
  macro_cpi: ['2024-01', '2024-02', '2024-03'].map((period, index) => ({
    ...{ period, publishDate: `${period}-28`, cpi: 100 + index, cpiYoy: index / 10 },
  })),
  macro_ppi: [{ period: '2024-01', publishDate: '2024-02-08', ppi: 97.5, ppiYoy: -2.5 }],
  macro_pmi: [{ period: '2024-01', publishDate: '2024-01-31', manufacturing: 49.2 }],
  macro_m2: [{ period: '2024-01', publishDate: '2024-02-09', m2: 2_976_250, m2Yoy: 8.7 }],
  macro_lpr: ['2024-01-22', '2024-02-20'].map((period) => ({ period, publishDate: period, lpr1y: 3.45, lpr5y: 4.2 })),
};
