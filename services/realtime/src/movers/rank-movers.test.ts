import { describe, expect, it } from '@jest/globals';
import { moversSchema } from '@quotefleet/contracts';
import { shanghaiMs } from '@quotefleet/domain';
import fc from 'fast-check';
import { MarketQuotes } from './market-quotes.ts';
import type { Quoted } from './quoted.ts';
import { rankMovers } from './rank-movers.ts';
import { topOf } from './top-of.ts';

function quote(symbol: string, last: number, fields: Partial<Quoted> = {}): Quoted {
  const ts = shanghaiMs('2026-11-20', '10:00:00');
  return { symbol, ts, last, preClose: 10, volume: 100, amount: last * 100, ...fields };
}

describe('topOf', () => {
  it('is the beginning of the sorted items', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.integer({ min: 1, max: 20 }), (items, count) => {
        const ascending = (a: number, b: number) => a - b;
        expect(topOf(items, count, ascending)).toEqual([...items].sort(ascending).slice(0, count));
      }),
    );
  });
});

describe('rankMovers', () => {
  it('ranks stocks by change, turnover and volume, each of which traded today', () => {
    const movers = rankMovers([
      quote('600001.SH', 10.5, { volume: 900 }),
      quote('600002.SH', 9.5, { amount: 9_000_000 }),
      quote('600003.SH', 10),
      quote('600004.SH', 12, { ts: shanghaiMs('2026-11-19', '15:00:00') }),
    ]);
    expect(moversSchema.parse(movers)).toMatchObject({
      gainers: [{ symbol: '600001.SH', changePercent: 5 }],
      losers: [{ symbol: '600002.SH', changePercent: -5 }],
      byAmount: [{ symbol: '600002.SH' }, { symbol: '600001.SH' }, { symbol: '600003.SH' }],
      byVolume: [{ symbol: '600001.SH', volume: 900 }, { symbol: '600002.SH' }, { symbol: '600003.SH' }],
    });
  });

  it('names twenty at most', () => {
    const many = Array.from({ length: 100 }, (_, index) => quote(`${600_100 + index}.SH`, 5 + index / 10));
    const movers = moversSchema.parse(rankMovers(many));
    for (const list of [movers.gainers, movers.losers, movers.byAmount, movers.byVolume]) expect(list).toHaveLength(20);
    expect(rankMovers([])).toBeUndefined();
  });
});

describe('MarketQuotes', () => {
  it('are the newest ticks, and before the bus has brought any what is stored, of stocks alone', async () => {
    const ticks = new Map<string, { payload: Quoted }>();
    let loads = 0;
    const quotes = new MarketQuotes({
      state: { latestTick: (symbol) => ticks.get(symbol), ticks: () => ticks.values() },
      load: async () => {
        loads += 1;
        return ['600519.SH', '510300.SH', '000300.SH', '689009.SH', '600036.SH'].map((symbol) => quote(symbol, 10));
      },
      onLoadFailed: () => undefined,
    });
    expect(quotes.stocks()).toEqual([]);
    await Promise.all([quotes.prepare(), quotes.prepare()]);
    await quotes.prepare();
    expect(loads).toBe(1);
    ticks.set('600519.SH', { payload: quote('600519.SH', 11) });
    ticks.set('300750.SZ', { payload: quote('300750.SZ', 12) });
    expect(quotes.stocks().map(({ symbol, last }) => [symbol, last])).toEqual([
      ['600519.SH', 11],
      ['300750.SZ', 12],
      ['600036.SH', 10],
    ]);
    expect(quotes.of('510300.SH')?.last).toBe(10);
    expect(quotes.of('600519.SH')?.last).toBe(11);
  });
});
