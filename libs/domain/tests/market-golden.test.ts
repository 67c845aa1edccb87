import { describe, expect, it } from '@jest/globals';
import {
  type AdjustMethod,
  adjustBars,
  adjustFactors,
  aggregateBars,
  type Bar,
  boardOf,
  type CorporateAction,
  exReferencePrice,
  fees,
  foldOpeningAuction,
  formatShanghai,
  lotRule,
  minuteBarEnd,
  minuteBarEnds,
  type PriceLimitQuery,
  parseSymbol,
  priceLimits,
  resolveAlias,
  roundHalfUp,
  shanghaiMs,
} from '../src/index.ts';

/* Worked examples of the market, one table each, by the public functions alone. */

const TODAY = '2026-11-20';
const clock = (ts: number | undefined) => (ts === undefined ? '-' : formatShanghai(ts).slice(11, 16));

describe('symbols', () => {
  it.each([
    ['600519', 'stock', '600519.SH', 'sse-main'],
    ['000001', 'stock', '000001.SZ', 'szse-main'],
    ['000001', 'index', '000001.SH', 'index'],
    ['sh000001', 'stock', '000001.SH', 'index'],
    ['1.000001', 'stock', '000001.SH', 'index'],
    ['0.000001', 'stock', '000001.SZ', 'szse-main'],
    ['900901', 'stock', '900901.SH', 'b-share'],
    ['920047', 'stock', '920047.BJ', 'bse'],
    ['0.920047', 'stock', '920047.BJ', 'bse'],
    ['430047', 'stock', '430047.BJ', 'bse'],
    ['689009', 'stock', '689009.SH', 'cdr'],
    ['hk00700', 'stock', '00700.HK', 'hk'],
    ['usAAPL', 'stock', 'AAPL.US', 'us'],
  ] as const)('%s as a %s is %s of %s', (input, kind, symbol, board) => {
    expect(parseSymbol(input, { kind }).symbol).toBe(symbol);
    expect(boardOf(symbol)).toBe(board);
  });

  it('of Beijing are one instrument under the old code and the new', () => {
    expect(resolveAlias('430047.BJ')).toBe('920047.BJ');
    expect(resolveAlias('920047.BJ', '2025-10-08')).toBe('430047.BJ');
  });
});

describe('minute labels', () => {
  it.each([
    ['09:15:00', '09:30'],
    ['09:25:03', '09:30'],
    ['09:30:03', '09:31'],
    ['11:29:57', '11:30'],
    ['13:00:00', '11:30'],
    ['13:00:03', '13:01'],
    ['14:56:57', '14:57'],
    ['15:00:03', '15:00'],
    ['15:10:00', '-'],
  ])('put a snapshot of %s into %s', (time, label) => {
    expect(clock(minuteBarEnd(shanghaiMs(TODAY, time)))).toBe(label);
  });

  it('are 241 or 240 a day, none at 13:00, and longer bars end where trading minutes are full', () => {
    const bars = minuteBarEnds(TODAY).map(
      (ts): Bar => ({
        symbol: '600519.SH',
        period: '1m',
        ts,
        open: 10,
        high: 10,
        low: 10,
        close: 10,
        volume: 1,
        amount: 10,
        final: true,
      }),
    );
    const ends = (all: Bar[]) => all.map(({ ts }) => clock(ts));
    expect(bars).toHaveLength(241);
    expect(foldOpeningAuction(bars)).toHaveLength(240);
    expect(ends(bars)).not.toContain('13:00');
    expect(ends(aggregateBars(bars, '60m'))).toEqual(['10:30', '11:30', '14:00', '15:00']);
    expect(ends(aggregateBars(bars, '30m'))).toEqual(
      ['10:00', '10:30', '11:00', '11:30', '13:30', '14:00', '14:30', '15:00'], // no bar over the break
    );
    expect(ends(aggregateBars(bars, '5m')).slice(23, 25)).toEqual(['11:30', '13:05']);
  });
});

describe('price limits', () => {
  it.each<[string, string, Omit<PriceLimitQuery, 'symbol' | 'date'>, [down: number, up: number] | undefined, string]>([
    ['600519.SH', TODAY, { preClose: 10.05 }, [9.05, 11.06], 'half up'],
    ['600519.SH', TODAY, { preClose: 0.04 }, [0.03, 0.05], 'a tick away at least'],
    ['600519.SH', '1996-12-13', { preClose: 10 }, undefined, 'no limits yet'],
    ['600519.SH', '2026-07-03', { preClose: 10, isSt: true }, [9.5, 10.5], 'ST the last day at 5 %'],
    ['600519.SH', '2026-07-06', { preClose: 10, isSt: true }, [9, 11], 'ST the first day at 10 %'],
    ['000001.SZ', '1998-04-27', { preClose: 10, isSt: true }, [9, 11], 'ST not known in Shenzhen yet'],
    ['300750.SZ', '2020-08-21', { preClose: 10 }, [9, 11], 'ChiNext the last day at 10 %'],
    ['300750.SZ', '2020-08-24', { preClose: 10 }, [8, 12], 'ChiNext the first day at 20 %'],
    ['300750.SZ', '2020-08-24', { preClose: 10, isSt: true }, [8, 12], 'ChiNext ST too'],
    ['688981.SH', TODAY, { preClose: 10, isSt: true }, [8, 12], 'STAR, ST too'],
    ['920047.BJ', TODAY, { preClose: 10 }, [7, 13], 'Beijing'],
    ['900901.SH', TODAY, { preClose: 0.555 }, [0.5, 0.611], 'B shares in thousandths of a dollar'],
    ['510300.SH', TODAY, { preClose: 3.956 }, [3.56, 4.352], 'funds in thousandths'],
    ['588000.SH', TODAY, { preClose: 1 }, [0.8, 1.2], 'a fund of STAR stocks'],
    ['000300.SH', TODAY, { preClose: 4000 }, undefined, 'an index'],
    ['00700.HK', TODAY, { preClose: 600 }, undefined, 'Hong Kong'],
    ['300750.SZ', '2018-06-11', { preClose: 25.14, listedDays: 1 }, [16.09, 36.2], '1.44 of the issue price'],
    ['601000.SH', '2018-06-11', { preClose: 18.55, listedDays: 1 }, [11.87, 26.71], '1.44 of the issue price'],
    ['601000.SH', '2018-06-12', { preClose: 26.71, listedDays: 2 }, [24.04, 29.38], 'the day after'],
    ['601000.SH', '2023-04-10', { preClose: 10, listedDays: 5 }, undefined, 'main board, fifth day'],
    ['601000.SH', '2023-04-10', { preClose: 10, listedDays: 6 }, [9, 11], 'main board, sixth day'],
    ['688981.SH', TODAY, { preClose: 10, listedDays: 5 }, undefined, 'STAR, fifth day'],
    ['920047.BJ', TODAY, { preClose: 10, listedDays: 1 }, undefined, 'Beijing, first day'],
    ['920047.BJ', TODAY, { preClose: 10, listedDays: 2 }, [7, 13], 'Beijing, second day'],
  ])('of %s on %s with %j are %j: %s', (symbol, date, state, limits, _why) => {
    expect(priceLimits({ symbol, date, ...state })).toEqual(limits && { down: limits[0], up: limits[1] });
  });
});

describe('lots', () => {
  it.each([
    ['600519.SH', 100, 100, 100],
    ['300750.SZ', 100, 100, 100],
    ['688981.SH', 200, 200, 1],
    ['920047.BJ', 100, 100, 1],
  ])('of %s are %d, from %d by %d', (symbol, buyLot, minBuy, increment) => {
    expect(lotRule(symbol, TODAY)).toMatchObject({ buyLot, minBuy, increment });
  });
});

describe('fees of selling for a million', () => {
  it.each([
    ['600519.SH', '2023-08-25', 1000, 10, 48.7],
    ['600519.SH', '2023-08-28', 500, 10, 34.1],
    ['600519.SH', '2022-04-28', 1000, 20, 48.7],
    ['600519.SH', '2022-04-29', 1000, 10, 48.7],
    ['920047.BJ', '2023-08-28', 500, 10, 125],
    ['510300.SH', TODAY, 0, 0, 40],
  ])('%s on %s are %d of stamp duty, %d of transfer, %d of handling', (symbol, date, stamp, transfer, handling) => {
    expect(fees({ symbol, date, side: 'sell', amount: 1_000_000 })).toMatchObject({
      stampDuty: stamp,
      transferFee: transfer,
      handlingFee: handling,
    });
  });
});

describe('rounding', () => {
  it.each([
    [9.66666, 0.01, 9.67],
    [1.005, 0.01, 1.01],
    [2.675, 0.01, 2.68],
    [10.125, 0.01, 10.13],
    [36.2016, 0.01, 36.2],
    [1.0005, 0.001, 1.001],
  ])('takes %d to the tick %d, half up, as %d', (value, tick, rounded) => {
    expect(roundHalfUp(value, tick)).toBe(rounded);
  });
});

function action(exDate: string, changes: Partial<CorporateAction>): CorporateAction {
  return { symbol: '600519.SH', exDate, cashPerShare: 0, bonusRatio: 0, rightsRatio: 0, rightsPrice: 0, ...changes };
}

describe('ex-right reference prices', () => {
  it.each<[number, Partial<CorporateAction>, number, string]>([
    [12, { cashPerShare: 0.4, bonusRatio: 0.2 }, 9.67, '(12 - 0.4) / 1.2'],
    [10, { rightsRatio: 0.3, rightsPrice: 5 }, 8.85, '(10 + 5 * 0.3) / 1.3'],
    [20, { bonusRatio: 1 }, 10, '10 for 10'],
    [10, { cashPerShare: 0.125 }, 9.88, '9.875 half up'],
    [10, { cashPerShare: 0.1, bonusRatio: 0.5, rightsRatio: 0.2, rightsPrice: 6 }, 6.53, '(10 - 0.1 + 1.2) / 1.7'],
  ])('after a close of %d with %j is %d: %s', (close, changes, price, _why) => {
    expect(exReferencePrice(close, action('2024-06-03', changes))).toBe(price);
  });
});

describe('adjusted closes over a dividend with bonus and a split', () => {
  const raw = { '2024-05-31': 12, '2024-06-03': 9.9, '2024-06-04': 10, '2024-06-05': 5.1 };
  const bars = Object.entries(raw).map(([date, close]): Bar => {
    const prices = { open: close, high: close, low: close, close };
    return {
      symbol: '600519.SH',
      period: '1d',
      ts: shanghaiMs(date),
      ...prices,
      volume: 1,
      amount: close,
      final: true,
    };
  });
  const before: Record<string, number> = { '2024-06-03': 12, '2024-06-05': 10 };
  const actions = [
    action('2024-06-03', { cashPerShare: 0.4, bonusRatio: 0.2 }),
    action('2024-06-05', { bonusRatio: 1 }),
  ];
  const factors = adjustFactors(actions, (date) => before[date]);

  it.each<[AdjustMethod, string | undefined, number[], string]>([
    ['none', undefined, [12, 9.9, 10, 5.1], 'as traded'],
    ['hfq', undefined, [12, 12.285419, 12.409514, 12.657704], 'the first stays, factors 12 / 9.67 and twice that'],
    ['qfq', undefined, [4.835, 4.95, 5, 5.1], 'the last stays: 9.67 / 2'],
    ['qfq-diff', undefined, [4.833333, 4.95, 5, 5.1], '(12 - 0.4) / 1.2 / 2'],
    ['qfq', '2024-06-04', [9.67, 9.9, 10, 5.1], 'the split not known yet'],
    ['qfq', '2024-06-02', [12, 9.9, 10, 5.1], 'nothing known yet'],
    ['hfq', '2024-06-04', [12, 12.285419, 12.409514, 6.328852], 'the split not known yet'],
  ])('by %s as of %s are %j: %s', (method, asOf, closes, _why) => {
    const adjusted = adjustBars(bars, factors, method, asOf).map(({ close }) => Math.round(close * 1e6) / 1e6);
    expect(adjusted).toEqual(closes);
  });
});
