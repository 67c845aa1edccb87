import { describe, expect, it } from '@jest/globals';
import { CalendarRangeError } from '../calendar/trading-calendar.ts';
import { limitRule } from './limit-rule.ts';
import { listedDaysOn } from './listed-days.ts';
import { priceCageRule } from './price-cage.ts';
import { rulesOn } from './rules-on.ts';
import { settlementRule } from './settlement-rule.ts';
import { feeRates } from './trade-fees.ts';

const DATE = '2026-11-20';

describe('rulesOn', () => {
  it('shows all rules of a stock on a date', () => {
    expect(rulesOn('600519.SH', DATE, { preClose: 9.67 })).toEqual({
      symbol: '600519.SH',
      date: DATE,
      tradedAs: '600519.SH',
      exchange: 'SH',
      market: 'CN',
      board: 'sse-main',
      kind: 'stock',
      isTradingDay: true,
      listedDays: undefined,
      limit: {
        kind: 'band',
        upPercent: 10,
        downPercent: 10,
        since: '1996-12-16',
        source: 'limits of 10 % for all stocks and funds',
      },
      limitPrices: { up: 10.64, down: 8.7 },
      tick: 0.01,
      priceCage: { percent: 2, ticks: 10, since: '2023-04-10' },
      lots: { buyLot: 100, minBuy: 100, increment: 100, maxOrder: 1_000_000, maxMarketOrder: 1_000_000 },
      settlement: { sellableFrom: 'T+1', since: '1995-01-01' },
      fees: {
        stampDuty: {
          rate: 0.0005,
          since: '2023-08-28',
          paidBy: 'seller',
          source: 'Ministry of Finance and Tax Administration 2023 No. 39',
        },
        transferFee: { rate: 0.00001, since: '2022-04-29', paidBy: 'both' },
        handlingFee: {
          rate: 0.0000341,
          since: '2023-08-28',
          paidBy: 'both',
          source: 'SSE 2023 No. 137, SZSE 2023 No. 768',
        },
        regulatoryFee: { rate: 0.00002, since: '2015-08-01', paidBy: 'both' },
      },
      timezone: 'Asia/Shanghai',
      sessions: [
        { phase: 'opening-auction', start: '09:15', end: '09:25' },
        { phase: 'continuous', start: '09:30', end: '11:30' },
        { phase: 'continuous', start: '13:00', end: '14:57' },
        { phase: 'closing-auction', start: '14:57', end: '15:00', since: '2018-08-20' },
        { phase: 'after-hours', start: '15:05', end: '15:30', since: '2026-07-06' },
      ],
      halts: [],
    });
  });

  it('counts the days of a new listing', () => {
    expect(rulesOn('601000.SH', '2026-11-18', { listDate: '2026-11-16', preClose: 10 })).toMatchObject({
      listedDays: 3,
      limit: { kind: 'free', days: 5, since: '2023-04-10' },
      limitPrices: undefined,
    });
    expect(rulesOn('601000.SH', '2026-11-23', { listDate: '2026-11-16' })).toMatchObject({
      listedDays: 6,
      limit: { kind: 'band', upPercent: 10 },
    });
  });

  it('knows the symbol and the sessions of an earlier day', () => {
    expect(rulesOn('920047.BJ', '2024-06-03')).toMatchObject({ tradedAs: '430047.BJ', limit: { upPercent: 30 } });
    expect(rulesOn('300750.SZ', '2020-08-21')).toMatchObject({ limit: { upPercent: 10 }, priceCage: undefined });
    expect(rulesOn('600519.SH', '2026-07-03').sessions.at(-1)).toMatchObject({ phase: 'closing-auction' });
    expect(rulesOn('600519.SH', '2018-08-17').sessions.at(-1)).toEqual({
      phase: 'continuous',
      start: '13:00',
      end: '15:00',
    });
    expect(rulesOn('600519.SH', '2016-01-07').halts).toHaveLength(2);
  });

  it('leaves out what does not apply or is not known', () => {
    expect(rulesOn('000300.SH', DATE)).toMatchObject({
      kind: 'index',
      limit: { kind: 'none' },
      lots: undefined,
      settlement: undefined,
      fees: undefined,
    });
    expect(rulesOn('600519.SH', '2010-06-01')).toMatchObject({ fees: undefined, lots: { buyLot: 100 } });
    expect(rulesOn('600519.SH', '2026-11-21')).toMatchObject({ isTradingDay: false, sessions: [] });
  });

  it('shows the hours of Hong Kong and New York', () => {
    expect(rulesOn('00700.HK', '2026-12-24')).toMatchObject({
      timezone: 'Asia/Hong_Kong',
      limit: { kind: 'none' },
      settlement: { sellableFrom: 'T+0' },
      sessions: [{ phase: 'continuous', start: '09:30', end: '12:00' }],
    });
    expect(rulesOn('AAPL.US', DATE).sessions).toEqual([{ phase: 'continuous', start: '09:30', end: '16:00' }]);
  });

  it('refuses dates no calendar knows', () => {
    expect(() => rulesOn('600519.SH', '2027-01-04')).toThrow(CalendarRangeError);
  });
});

describe('limitRule', () => {
  it.each([
    ['600519.SH', '2026-07-03', { isSt: true }, 5, '1998-04-22'],
    ['000001.SZ', '2026-07-03', { isSt: true }, 5, '1998-04-28'],
    ['600519.SH', '2026-07-06', { isSt: true }, 10, '2026-07-06'],
    ['300750.SZ', '2020-08-21', {}, 10, '1996-12-16'],
    ['300750.SZ', '2020-08-24', {}, 20, '2020-08-24'],
    ['688981.SH', DATE, {}, 20, '2019-07-22'],
    ['920047.BJ', DATE, {}, 30, '2020-07-27'],
    ['601000.SH', '2023-04-07', { listedDays: 1 }, 44, '2014-06-13'],
    ['159915.SZ', '2020-08-21', { isWideEtf: true }, 10, '1996-12-16'],
    ['159915.SZ', '2020-08-24', { isWideEtf: true }, 20, '2020-08-24'],
  ])('of %s on %s with %j is %d %% since %s', (symbol, date, state, upPercent, since) => {
    expect(limitRule({ symbol, date, ...state })).toMatchObject({ kind: 'band', upPercent, since });
  });

  it.each([
    ['688981.SH', DATE, 5, 5, '2019-07-22'],
    ['300750.SZ', DATE, 5, 5, '2020-08-24'],
    ['920047.BJ', DATE, 1, 1, '2020-07-27'],
    ['600000.SH', '1999-11-10', 1, 1, '1996-12-16'],
  ])('of %s on %s, day %d of its listing, is free for %d days since %s', (symbol, date, listedDays, days, since) => {
    expect(limitRule({ symbol, date, listedDays })).toMatchObject({ kind: 'free', days, since });
  });
});

describe('settlementRule', () => {
  it.each([
    ['600519.SH', DATE, {}, { sellableFrom: 'T+1', since: '1995-01-01' }],
    ['600601.SH', '1994-06-01', {}, { sellableFrom: 'T+0' }],
    ['900901.SH', '2001-11-30', {}, { sellableFrom: 'T+0' }],
    ['900901.SH', '2001-12-03', {}, { sellableFrom: 'T+1', since: '2001-12-01' }],
    ['510300.SH', DATE, {}, { sellableFrom: 'T+1', since: '1995-01-01' }],
    ['511880.SH', DATE, {}, { sellableFrom: 'T+0' }],
    ['513100.SH', DATE, {}, { sellableFrom: 'T+0' }],
    ['159920.SZ', DATE, {}, { sellableFrom: 'T+1', since: '1995-01-01' }],
    ['159920.SZ', DATE, { isSameDayFund: true }, { sellableFrom: 'T+0' }],
    ['113050.SH', DATE, {}, { sellableFrom: 'T+0' }],
    ['000300.SH', DATE, {}, undefined],
  ])('of %s on %s with %j is %j', (symbol, date, state, rule) => {
    expect(settlementRule({ symbol, date, ...state })).toEqual(rule);
  });
});

describe('the rules of dates', () => {
  it('say since when they hold', () => {
    expect(priceCageRule('300750.SZ', '2023-04-07')).toEqual({ percent: 2, ticks: 0, since: '2020-08-24' });
    expect(priceCageRule('600519.SH', '2023-04-07')).toBeUndefined();
    expect(feeRates('600519.SH', '2023-08-25').stampDuty).toEqual({
      rate: 0.001,
      since: '2015-08-01',
      paidBy: 'seller',
    });
  });

  it('count listed days over holidays, and no more after a month', () => {
    expect(listedDaysOn('600519.SH', '2026-09-30', '2026-10-08')).toBe(2);
    expect(listedDaysOn('00700.HK', '2026-09-30', '2026-10-08')).toBe(6);
    expect(listedDaysOn('600519.SH', '2026-09-30', '2026-09-29')).toBeUndefined();
    expect(listedDaysOn('600519.SH', '2001-08-27', DATE)).toBeUndefined();
  });
});
