import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Bar } from '../bars/bar.ts';
import { shanghaiMs } from '../calendar/instant.ts';
import { type AdjustMethod, adjustBars } from './adjust-bars.ts';
import { adjustFactors, MissingCloseError } from './adjust-factors.ts';
import { type CorporateAction, exReferencePrice } from './corporate-action.ts';

const SYMBOL = '600519.SH';

function action(exDate: string, changes: Partial<CorporateAction>): CorporateAction {
  return { symbol: SYMBOL, exDate, cashPerShare: 0, bonusRatio: 0, rightsRatio: 0, rightsPrice: 0, ...changes };
}

function day(date: string, close: number): Bar {
  const prices = { open: close, high: close, low: close, close };
  return { symbol: SYMBOL, period: '1d', ts: shanghaiMs(date), ...prices, volume: 100, amount: 1000, final: true };
}

describe('exReferencePrice', () => {
  it('subtracts cash and divides by the new shares: (12 - 0.4) / 1.2 is 9.67', () => {
    expect(exReferencePrice(12, action('2024-06-03', { cashPerShare: 0.4, bonusRatio: 0.2 }))).toBe(9.67);
  });

  it('adds what is paid for rights: (10 + 5 * 0.3) / 1.3 is 8.85', () => {
    expect(exReferencePrice(10, action('2024-06-03', { rightsRatio: 0.3, rightsPrice: 5 }))).toBe(8.85);
  });

  it('rounds half up to the tick asked for', () => {
    expect(exReferencePrice(1.23, action('2024-06-03', { cashPerShare: 0.005 }))).toBe(1.23);
    expect(exReferencePrice(1.23, action('2024-06-03', { cashPerShare: 0.005 }), 0.001)).toBe(1.225);
  });
});

const ACTIONS = [action('2024-06-05', { bonusRatio: 1 }), action('2024-06-03', { cashPerShare: 0.4, bonusRatio: 0.2 })];
const CLOSES: Record<string, number> = { '2024-06-03': 12, '2024-06-05': 10 };
const FACTORS = adjustFactors(ACTIONS, (date) => CLOSES[date]);
const BARS = [day('2024-05-31', 12), day('2024-06-03', 9.9), day('2024-06-04', 10), day('2024-06-05', 5.1)];
const closes = (method: AdjustMethod, asOf?: string) =>
  adjustBars(BARS, FACTORS, method, asOf).map(({ close }) => close);

describe('adjustFactors', () => {
  it('multiplies previous close over reference price in order of date', () => {
    expect(FACTORS.map(({ date }) => date)).toEqual(['2024-06-03', '2024-06-05']);
    expect(FACTORS[0]?.factor).toBeCloseTo(12 / 9.67, 12);
    expect(FACTORS[1]?.factor).toBeCloseTo((12 / 9.67) * 2, 12);
  });

  it('counts the actions of one date as one', () => {
    const split = [action('2024-06-03', { cashPerShare: 0.4 }), action('2024-06-03', { bonusRatio: 0.2 })];
    expect(adjustFactors(split, () => 12)).toEqual(FACTORS.slice(0, 1));
  });

  it('says which close is missing', () => {
    expect(() => adjustFactors(ACTIONS, () => undefined)).toThrow(MissingCloseError);
    expect(() => adjustFactors(ACTIONS, () => undefined)).toThrow('before its ex-date 2024-06-03');
  });
});

describe('adjustBars', () => {
  it('leaves raw bars alone', () => {
    expect(adjustBars(BARS, FACTORS, 'none')).toEqual(BARS);
    expect(adjustBars(BARS, [], 'qfq')).toEqual(BARS);
  });

  it('multiplies by the factor of the date for hfq', () => {
    const step = 12 / 9.67;
    for (const [index, price] of [12, 9.9 * step, 10 * step, 5.1 * step * 2].entries()) {
      expect(closes('hfq')[index]).toBeCloseTo(price, 9);
    }
  });

  it('makes qfq end at the raw price and keep every ratio of hfq', () => {
    const hfq = closes('hfq');
    const qfq = closes('qfq');
    expect(qfq.at(-1)).toBe(5.1);
    expect(qfq[0]).toBeCloseTo(9.67 / 2, 9);
    for (const [index, price] of qfq.entries()) {
      expect(price / (qfq[0] ?? 1)).toBeCloseTo((hfq[index] ?? 0) / (hfq[0] ?? 1), 9);
    }
  });

  it('applies each later shift for qfq-diff: (12 - 0.4) / 1.2 / 2', () => {
    expect(closes('qfq-diff')[0]).toBeCloseTo((12 - 0.4) / 1.2 / 2, 9);
    expect(closes('qfq-diff')[1]).toBeCloseTo(9.9 / 2, 9);
    expect(closes('qfq-diff').at(-1)).toBe(5.1);
  });

  it('may fall below zero by subtraction, never by ratio', () => {
    const rich = adjustFactors([action('2024-06-05', { cashPerShare: 8 })], () => 10);
    expect(adjustBars([day('2024-05-31', 6)], rich, 'qfq-diff')[0]?.close).toBe(-2);
    expect(adjustBars([day('2024-05-31', 6)], rich, 'qfq')[0]?.close).toBeCloseTo(1.2, 9);
  });

  it('knows nothing of ex-dates after asOf', () => {
    expect(closes('qfq', '2024-06-04')[2]).toBe(10);
    expect(closes('qfq', '2024-06-02')).toEqual([12, 9.9, 10, 5.1]);
    expect(closes('hfq', '2024-06-04')[3]).toBeCloseTo((5.1 * 12) / 9.67, 9);
  });

  it('leaves volume and amount as traded and adjusts minute bars by their date', () => {
    const minute: Bar = { ...day('2024-06-04', 10), period: '1m', ts: shanghaiMs('2024-06-04', '15:00:00') };
    expect(adjustBars([minute], FACTORS, 'qfq')).toMatchObject([{ close: 5, volume: 100, amount: 1000 }]);
  });

  it('gives the holder the same return over an ex-date as the reference price implies', () => {
    const cents = fc.integer({ min: 200, max: 100_000 }).map((value) => value / 100);
    const ratio = fc.integer({ min: 0, max: 20 }).map((value) => value / 10);
    fc.assert(
      fc.property(cents, ratio, ratio, (close, bonusRatio, rightsRatio) => {
        const one = action('2024-06-03', { bonusRatio, rightsRatio, rightsPrice: 1, cashPerShare: 0.1 });
        const factors = adjustFactors([one], () => close);
        const [before] = adjustBars([day('2024-05-31', close)], factors, 'qfq');
        expect(before?.close).toBeCloseTo(exReferencePrice(close, one), 9);
      }),
    );
  });
});
