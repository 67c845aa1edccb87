import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AdjustMethod,
  adjustBars,
  adjustFactors,
  aggregateBars,
  type Bar,
  shanghaiMs,
  tradingDays,
} from '@quotefleet/domain';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { barToRow } from '../src/series/rows.ts';
import { type MarketDataFixture, startMarketData } from './market-data-fixture.ts';

const SYMBOL = '600519.SH';
const DAYS = tradingDays('2024-05-06', '2024-07-31');
/** Both in the middle of a week, so that they cut it. */
const CASH_DAY = '2024-06-05';
const RIGHTS_DAY = '2024-07-10';

function daily(date: string, index: number): Bar {
  const close =
    date < CASH_DAY ? 20 + (index % 7) / 10 : date < RIGHTS_DAY ? 12 + (index % 5) / 10 : 10 + (index % 3) / 10;
  const prices = { open: close - 0.1, high: close + 0.3, low: close - 0.4, close };
  return {
    symbol: SYMBOL,
    period: '1d',
    ts: shanghaiMs(date),
    ...prices,
    volume: 1000,
    amount: 1000 * close,
    final: true,
  };
}

const BARS = DAYS.map(daily);
const closeBefore = (date: string) => BARS.findLast(({ ts }) => ts < shanghaiMs(date))?.close;
const cash = { symbol: SYMBOL, exDate: CASH_DAY, cashPerShare: 0.5, bonusRatio: 0.6, rightsRatio: 0, rightsPrice: 0 };
const rights = { symbol: SYMBOL, exDate: RIGHTS_DAY, cashPerShare: 0, bonusRatio: 0, rightsRatio: 0.3, rightsPrice: 6 };
const FACTORS = adjustFactors([cash, rights], closeBefore);

const dividend = (changes: object) => ({
  ...{ symbol: SYMBOL, endDate: '2023-12-31', progress: 'implemented', annDate: '2024-04-01' },
  ...{ cashPerShare: 0.5, bonusRatio: 0.2, transferRatio: 0.4, exDate: CASH_DAY },
  ...changes,
});

describeWith('postgres', 'adjusted bars', (servers) => {
  const database = isolatedDatabase(servers);
  let fixture: MarketDataFixture;

  beforeAll(async () => {
    fixture = await startMarketData(database.url);
    await fixture.store(
      'bars_1d',
      BARS.map((bar) => barToRow(bar, 'test')),
    );
    await fixture.store('dividends', [
      dividend({}),
      dividend({ progress: 'proposed', exDate: '2024-06-03' }),
      dividend({ endDate: '2024-06-30', exDate: '2024-08-05' }),
      dividend({ endDate: '2022-12-31', exDate: DAYS[0] }),
      dividend({ endDate: '2022-06-30', cashPerShare: 500, exDate: '2024-06-12' }),
    ]);
    await fixture.store('rights', [{ symbol: SYMBOL, exDate: RIGHTS_DAY, rightsRatio: 0.3, rightsPrice: 6 }]);
  });
  afterAll(() => fixture.stop());

  const bars = async (query: string): Promise<(Bar & { tradeDate: string })[]> =>
    (await fixture.get(`/api/v1/historical/stock/${SYMBOL}?${query}`)).body.data.bars;
  const prices = (list: readonly Bar[]) => list.map(({ open, high, low, close }) => [open, high, low, close]);

  const METHODS: AdjustMethod[] = ['none', 'qfq', 'hfq', 'qfq-diff'];
  it.each(METHODS)('%s are those of the domain, in one page and in many', async (method) => {
    const expected = prices(adjustBars(BARS, FACTORS, method));
    expect(prices(await bars(`adjust=${method}`))).toEqual(expected);
    expect(prices(await bars(`adjust=${method}&limit=10`))).toEqual(expected.slice(-10));
    expect(prices(await bars(`adjust=${method}&start=2024-06-03&end=2024-06-06`))).toEqual(
      prices(adjustBars(BARS, FACTORS, method).filter((_bar, index) => /^2024-06-0[3-6]$/.test(DAYS[index] ?? ''))),
    );
  });

  it('end raw as qfq although an ex-date lies ahead, and begin raw as hfq although one is the first day', async () => {
    const qfq = await bars('adjust=qfq');
    expect(prices(qfq.slice(-1))).toEqual(prices(BARS.slice(-1)));
    const hfq = await bars('adjust=hfq');
    expect(prices(hfq.slice(0, 1))).toEqual(prices(BARS.slice(0, 1)));
  });

  it.each(['2024-05-01', '2024-06-04', CASH_DAY, '2024-07-09', RIGHTS_DAY, '2030-01-01'])(
    'as of %s know no later ex-date',
    async (asOf) => {
      for (const method of METHODS) {
        const expected = prices(adjustBars(BARS, FACTORS, method, asOf));
        expect(prices(await bars(`adjust=${method}&asOf=${asOf}`))).toEqual(expected);
      }
    },
  );

  describe('of weeks and months', () => {
    it.each([
      ['1w', 'qfq'],
      ['1w', 'hfq'],
      ['1M', 'qfq'],
      ['1M', 'qfq-diff'],
    ] as const)(
      '%s %s are built of adjusted days, so that an ex-date within one makes no gap',
      async (period, method) => {
        const expected = prices(aggregateBars(adjustBars(BARS, FACTORS, method), period));
        expect(prices(await bars(`period=${period}&adjust=${method}`))).toEqual(expected);
      },
    );

    it('take a vendor bar only where no ex-date cuts it', async () => {
      const weeks = aggregateBars(BARS, '1w').map((bar) => ({ ...bar, high: bar.high + 1 }));
      await fixture.store(
        'bars_1w',
        weeks.map((bar) => barToRow(bar, 'vendor')),
      );
      expect(prices(await bars('period=1w'))).toEqual(prices(weeks));
      const built = aggregateBars(adjustBars(BARS, FACTORS, 'qfq'), '1w');
      const given = adjustBars(weeks, FACTORS, 'qfq');
      const cut = ['2024-06-07', '2024-07-12'].map((date) => shanghaiMs(date));
      expect(prices(await bars('period=1w&adjust=qfq'))).toEqual(
        prices(given.map((bar, index) => (cut.includes(bar.ts) ? (built[index] ?? bar) : bar))),
      );
    });

    it('pass a whole week by the cursor of a vendor bar that is dated before its last day', async () => {
      const symbol = '600000.SH';
      await fixture.store(
        'bars_1d',
        BARS.slice(0, 15).map((bar) => barToRow({ ...bar, symbol }, 'test')),
      );
      const [monday] = BARS;
      await fixture.store('bars_1w', [barToRow({ ...(monday as Bar), symbol }, 'vendor')]);
      const days: string[] = [];
      let cursor = '';
      do {
        const path = `/api/v1/historical/stock/${symbol}?period=1w&start=2024-05-01&limit=1${cursor}`;
        const { data } = (await fixture.get(path)).body;
        days.push(...data.bars.map(({ tradeDate }: { tradeDate: string }) => tradeDate));
        cursor = data.nextCursor === undefined ? '' : `&cursor=${data.nextCursor}`;
      } while (cursor !== '');
      expect(days).toEqual(['2024-05-06', '2024-05-17', '2024-05-24']);
    });
  });

  it('of minutes go by their day', async () => {
    const minutes = ['2024-06-04', CASH_DAY].map((date): Bar => {
      return { ...(BARS[0] as Bar), period: '1m', ts: shanghaiMs(date, '10:00') };
    });
    await fixture.store(
      'bars_1m',
      minutes.map((bar) => barToRow(bar, 'test')),
    );
    expect(prices(await bars('period=1m&adjust=qfq'))).toEqual(prices(adjustBars(minutes, FACTORS, 'qfq')));
    expect(prices(await bars('period=60m&adjust=hfq'))).toEqual(prices(adjustBars(minutes, FACTORS, 'hfq')));
  });
});
