import { describe, expect, it } from '@jest/globals';
import { type Bar, exReferencePrice, kindOf, limitRate } from '@quotefleet/domain';
import { ETFS, STOCKS } from '../universe.ts';
import { dailyHistory } from './daily-history.ts';

const ST = new Set(STOCKS.filter(({ isSt }) => isSt).map(({ symbol }) => symbol));
const WIDE = new Set(ETFS.filter(({ isWideEtf }) => isWideEtf).map(({ symbol }) => symbol));
const dateOf = (bar: Bar) => new Date(bar.ts + 8 * 3_600_000).toISOString().slice(0, 10);

describe('dailyHistory', () => {
  const { bars, actions } = dailyHistory({ seed: 1, from: '2025-11-03', to: '2026-11-20' });
  const bySymbol = Map.groupBy(bars, ({ symbol }) => symbol);
  const actionOn = new Map(actions.map((action) => [`${action.symbol} ${action.exDate}`, action]));

  it('moves from close to close within the limits, over ex-days, suspensions and the turn of the year', () => {
    const slack = 0.0051;
    const breaches: string[] = [];
    for (const [symbol, days] of bySymbol) {
      for (const [i, bar] of days.entries()) {
        const before = days[i - 1];
        const date = dateOf(bar);
        const rate = limitRate({ symbol, date, isSt: ST.has(symbol), isWideEtf: WIDE.has(symbol) });
        if (!before || rate === undefined) continue;
        const action = actionOn.get(`${symbol} ${date}`);
        const preClose = action ? exReferencePrice(before.close, action) : before.close;
        const within = bar.high <= preClose * (1 + rate) + slack && bar.low >= preClose * (1 - rate) - slack;
        if (!within) breaches.push(`${symbol} ${date}`);
      }
    }
    expect(breaches).toEqual([]);
  });

  it('has consistent bars', () => {
    const breaches = bars.filter(({ symbol, open, high, low, close, volume, amount }) => {
      const ordered = low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close) && volume > 0;
      const average = amount / volume;
      return !ordered || (kindOf(symbol) !== 'index' && (average < low * 0.9999 || average > high * 1.0001));
    });
    expect(breaches).toEqual([]);
  });

  it('has ex-days and suspensions most of the year', () => {
    expect(actions.length).toBeGreaterThan(300);
    expect(actions.some(({ bonusRatio }) => bonusRatio > 0)).toBe(true);
    const lengths = [...bySymbol.values()].map((days) => days.length);
    expect(Math.min(...lengths)).toBeLessThan(Math.max(...lengths));
  });

  it('moves like the market: a hundredth or two a day, without a trend from day to day', () => {
    const returns = [...bySymbol.values()].map((days) =>
      days.slice(1).map((bar, i) => Math.log(bar.close / (days[i]?.close ?? 1))),
    );
    const deviations = returns.map((each) => Math.sqrt(each.reduce((sum, r) => sum + r * r, 0) / each.length));
    const mean = deviations.reduce((sum, each) => sum + each, 0) / deviations.length;
    expect(mean).toBeGreaterThan(0.012);
    expect(mean).toBeLessThan(0.03);
    const lagged = returns.flatMap((each) => each.slice(1).map((r, i) => r * (each[i] ?? 0)));
    const correlation = lagged.reduce((sum, each) => sum + each, 0) / lagged.length / mean ** 2;
    expect(Math.abs(correlation)).toBeLessThan(0.1);
  });

  it('gives the same days whatever range they are asked in', () => {
    const part = dailyHistory({ seed: 1, from: '2026-02-02', to: '2026-02-06' });
    const days = new Set(part.bars.map(dateOf));
    const same = bars.filter((bar) => days.has(dateOf(bar)));
    expect(JSON.stringify(part.bars) === JSON.stringify(same)).toBe(true);
    const other = dailyHistory({ seed: 2, from: '2026-02-02', to: '2026-02-06' });
    expect(other.bars[0]?.close).not.toBe(part.bars[0]?.close);
  });
});
