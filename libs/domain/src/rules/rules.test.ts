import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RuleDateError } from './dated-rate.ts';
import { lotRule } from './lot-rule.ts';
import { priceCage } from './price-cage.ts';
import { limitRate, type PriceLimitQuery, priceLimits } from './price-limits.ts';
import { priceTick } from './price-tick.ts';
import { roundHalfUp } from './rounding.ts';
import { fees } from './trade-fees.ts';

const TODAY = '2026-11-20';

describe('roundHalfUp', () => {
  it.each([
    [9.6667, 0.01, 9.67],
    [0.615, 0.01, 0.62],
    [1.005, 0.01, 1.01],
    [2.675, 0.01, 2.68],
    [10.125, 0.01, 10.13],
    [10.1249, 0.01, 10.12],
    [1.0005, 0.001, 1.001],
    [12.5, 1, 13],
    [0, 0.01, 0],
  ])('takes %d to the tick %d as %d', (value, tick, rounded) => {
    expect(roundHalfUp(value, tick)).toBe(rounded);
  });

  it('agrees with whole-number arithmetic on every price and thousandth', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500_000_000 }), (thousandths) => {
        expect(roundHalfUp(thousandths / 1000)).toBe(Math.floor((thousandths + 5) / 10) / 100);
      }),
    );
  });
});

describe('priceTick', () => {
  it.each([
    ['600519.SH', 0.01],
    ['920047.BJ', 0.01],
    ['510300.SH', 0.001],
    ['508000.SH', 0.001],
    ['113050.SH', 0.001],
    ['900901.SH', 0.001],
    ['200011.SZ', 0.01],
    ['00700.HK', 0.001],
  ])('of %s is %d', (symbol, tick) => {
    expect(priceTick(symbol)).toBe(tick);
  });
});

describe('limitRate', () => {
  it.each([
    ['600519.SH', TODAY, {}, 0.1],
    ['600519.SH', '1996-12-13', {}, undefined],
    ['600519.SH', '2026-07-03', { isSt: true }, 0.05],
    ['600519.SH', '2026-07-06', { isSt: true }, 0.1],
    ['600601.SH', '1998-04-21', { isSt: true }, 0.1],
    ['600601.SH', '1998-04-22', { isSt: true }, 0.05],
    ['000001.SZ', '1998-04-27', { isSt: true }, 0.1],
    ['000001.SZ', '1998-04-28', { isSt: true }, 0.05],
    ['300750.SZ', '2020-08-21', {}, 0.1],
    ['300750.SZ', '2020-08-21', { isSt: true }, 0.05],
    ['300750.SZ', '2020-08-24', { isSt: true }, 0.2],
    ['688981.SH', TODAY, { isSt: true }, 0.2],
    ['689009.SH', TODAY, {}, 0.2],
    ['920047.BJ', TODAY, {}, 0.3],
    ['900901.SH', TODAY, {}, 0.1],
    ['510300.SH', TODAY, {}, 0.1],
    ['588000.SH', TODAY, {}, 0.2],
    ['159915.SZ', TODAY, { isWideEtf: true }, 0.2],
    ['508000.SH', TODAY, {}, 0.1],
    ['000300.SH', TODAY, {}, undefined],
    ['00700.HK', TODAY, {}, undefined],
  ])('of %s on %s with %j is %p', (symbol, date, state, rate) => {
    expect(limitRate({ symbol, date, ...state })).toBe(rate);
  });

  it.each([
    ['601000.SH', '2023-04-10', 5, undefined],
    ['601000.SH', '2023-04-10', 6, 0.1],
    ['601000.SH', '2023-04-07', 1, 0.44],
    ['601000.SH', '2023-04-07', 2, 0.1],
    ['601000.SH', '2014-06-12', 1, undefined],
    ['688981.SH', TODAY, 5, undefined],
    ['688981.SH', TODAY, 6, 0.2],
    ['300750.SZ', '2018-06-11', 1, 0.44],
    ['301000.SZ', TODAY, 5, undefined],
    ['920047.BJ', TODAY, 1, undefined],
    ['920047.BJ', TODAY, 2, 0.3],
  ])('of %s on %s, day %d of its listing, is %p', (symbol, date, listedDays, rate) => {
    expect(limitRate({ symbol, date, listedDays })).toBe(rate);
  });
});

describe('priceLimits', () => {
  const limits = (preClose: number, changes: Partial<PriceLimitQuery> = {}) =>
    priceLimits({ symbol: '600519.SH', date: TODAY, preClose, ...changes });

  it('rounds half up to the tick', () => {
    expect(limits(9.67)).toEqual({ up: 10.64, down: 8.7 });
    expect(limits(10.05)).toEqual({ up: 11.06, down: 9.05 });
    expect(limits(3.956, { symbol: '510300.SH' })).toEqual({ up: 4.352, down: 3.56 });
    expect(limits(15.25, { symbol: '300750.SZ' })).toEqual({ up: 18.3, down: 12.2 });
    expect(limits(8.55, { date: '2026-07-03', isSt: true })).toEqual({ up: 8.98, down: 8.12 });
  });

  it('gives 1.44 and 0.64 of the issue price on a first day before registration', () => {
    expect(limits(18.55, { date: '2018-06-11', listedDays: 1 })).toEqual({ up: 26.71, down: 11.87 });
  });

  it('keeps a tick of distance and never goes below a tick', () => {
    expect(limits(0.04)).toEqual({ up: 0.05, down: 0.03 });
    expect(limits(0.01)).toEqual({ up: 0.02, down: 0.01 });
  });

  it('gives none where there is no limit', () => {
    expect(limits(10, { listedDays: 1 })).toBeUndefined();
  });

  it('agrees with exact whole-number arithmetic for every price', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 300_000 }), fc.boolean(), (cents, isStar) => {
        const percent = isStar ? 20n : 10n;
        const half = (ticks: bigint) => Number((ticks + 50n) / 100n) / 100;
        expect(limits(cents / 100, { symbol: isStar ? '688981.SH' : '600519.SH' })).toEqual({
          up: half(BigInt(cents) * (100n + percent)),
          down: Math.min(half(BigInt(cents) * (100n - percent)), (cents - 1) / 100),
        });
      }),
    );
  });
});

describe('lotRule', () => {
  it.each([
    ['600519.SH', TODAY, 100, 100, 100, 1_000_000],
    ['688981.SH', TODAY, 200, 200, 1, 100_000],
    ['689009.SH', TODAY, 200, 200, 1, 100_000],
    ['300750.SZ', TODAY, 100, 100, 100, 300_000],
    ['300750.SZ', '2020-08-21', 100, 100, 100, 1_000_000],
    ['920047.BJ', TODAY, 100, 100, 1, 1_000_000],
    ['510300.SH', TODAY, 100, 100, 100, 1_000_000],
  ])('of %s on %s is lots of %d, from %d by %d to %d', (symbol, date, buyLot, minBuy, increment, maxOrder) => {
    expect(lotRule(symbol, date)).toMatchObject({ buyLot, minBuy, increment, maxOrder });
  });

  it('refuses what is not bought in shares', () => {
    expect(() => lotRule('000300.SH', TODAY)).toThrow('expected a stock or fund of SH, SZ or BJ, was 000300.SH');
  });
});

describe('priceCage', () => {
  const cage = (symbol: string, side: 'buy' | 'sell', reference: number, date = TODAY) =>
    priceCage({ symbol, date, side, reference });

  it('is 2 % or ten ticks, whichever is wider, on the main boards and ChiNext', () => {
    expect(cage('600519.SH', 'buy', 20)).toBe(20.4);
    expect(cage('600519.SH', 'sell', 20)).toBe(19.6);
    expect(cage('000001.SZ', 'buy', 3)).toBe(3.1);
    expect(cage('300750.SZ', 'sell', 3)).toBe(2.9);
    expect(cage('600519.SH', 'sell', 0.05)).toBe(0.01);
  });

  it('is 2 % alone on STAR and was so on ChiNext, 5 % in Beijing', () => {
    expect(cage('688981.SH', 'buy', 3)).toBe(3.06);
    expect(cage('300750.SZ', 'buy', 3, '2023-04-07')).toBe(3.06);
    expect(cage('920047.BJ', 'buy', 20)).toBe(21);
    expect(cage('920047.BJ', 'sell', 1)).toBe(0.9);
  });

  it('is none before its date and for other instruments', () => {
    expect(cage('600519.SH', 'buy', 20, '2023-04-07')).toBeUndefined();
    expect(cage('300750.SZ', 'buy', 20, '2020-08-21')).toBeUndefined();
    expect(cage('510300.SH', 'buy', 4)).toBeUndefined();
  });
});

describe('fees', () => {
  it.each([
    ['600519.SH', '2023-08-28', 'sell', { stampDuty: 500, transferFee: 10, handlingFee: 34.1, regulatoryFee: 20 }],
    ['600519.SH', '2023-08-28', 'buy', { stampDuty: 0, transferFee: 10, handlingFee: 34.1, regulatoryFee: 20 }],
    ['300750.SZ', '2023-08-25', 'sell', { stampDuty: 1000, transferFee: 10, handlingFee: 48.7, regulatoryFee: 20 }],
    ['600519.SH', '2022-04-28', 'sell', { stampDuty: 1000, transferFee: 20, handlingFee: 48.7, regulatoryFee: 20 }],
    ['920047.BJ', TODAY, 'sell', { stampDuty: 500, transferFee: 10, handlingFee: 125, regulatoryFee: 20 }],
    ['920047.BJ', '2022-12-01', 'buy', { stampDuty: 0, transferFee: 10, handlingFee: 250, regulatoryFee: 20 }],
    ['510300.SH', TODAY, 'sell', { stampDuty: 0, transferFee: 0, handlingFee: 40, regulatoryFee: 0 }],
    ['511880.SH', TODAY, 'sell', { stampDuty: 0, transferFee: 0, handlingFee: 0, regulatoryFee: 0 }],
  ] as const)('of a million in %s on %s for the %ser are known', (symbol, date, side, expected) => {
    expect(fees({ symbol, date, side, amount: 1_000_000 })).toEqual(expected);
  });

  it('are rounded to the fen', () => {
    expect(fees({ symbol: '600519.SH', date: TODAY, side: 'sell', amount: 1234.5 })).toEqual({
      stampDuty: 0.62,
      transferFee: 0.01,
      handlingFee: 0.04,
      regulatoryFee: 0.02,
    });
  });

  it('are refused for dates and instruments whose schedule is not known', () => {
    const query = { symbol: '600519.SH', date: '2015-07-31', side: 'buy', amount: 1000 } as const;
    expect(() => fees(query)).toThrow(RuleDateError);
    expect(() => fees(query)).toThrow(
      'the stampDuty of 600519.SH is known from 2015-08-01 on, was asked for 2015-07-31',
    );
    expect(() => fees({ ...query, symbol: '900901.SH' })).toThrow('expected an A-share or ETF');
  });
});
