import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at, SYMBOL, tickStream } from '../../tests/ticks.ts';
import { minuteBarEnds } from '../sessions/minute-label.ts';
import { aggregateBars } from './aggregate-bars.ts';
import type { Bar } from './bar.ts';
import { foldOpeningAuction, OpeningAuctionFold } from './opening-auction-fold.ts';
import { rebuildMinuteBars } from './rebuild-minute-bars.ts';

function minute(ts: number, changes: Partial<Bar> = {}): Bar {
  const prices = { open: 10, high: 10.2, low: 9.9, close: 10.1 };
  return { symbol: SYMBOL, period: '1m', ts, ...prices, volume: 100, amount: 1000, final: true, ...changes };
}

describe('foldOpeningAuction', () => {
  it('adds the bar of 09:30 to that of 09:31 and makes 240 bars of 241', () => {
    const bars = minuteBarEnds('2026-11-20').map((ts) => minute(ts));
    bars[0] = minute(at('09:30:00'), { open: 9.8, high: 9.8, low: 9.8, close: 9.8, volume: 500, amount: 4900 });
    const folded = foldOpeningAuction(bars);
    expect(folded).toHaveLength(240);
    expect(folded[0]).toEqual(
      minute(at('09:31:00'), { open: 9.8, high: 10.2, low: 9.8, close: 10.1, volume: 600, amount: 5900 }),
    );
    expect(folded.slice(1)).toEqual(bars.slice(2));
  });

  it('lets the auction be 09:31 where nothing traded in that minute', () => {
    const auction = minute(at('09:30:00'));
    expect(foldOpeningAuction([auction, minute(at('09:40:00'))])).toEqual([
      { ...auction, ts: at('09:31:00') },
      minute(at('09:40:00')),
    ]);
    expect(foldOpeningAuction([auction])).toEqual([{ ...auction, ts: at('09:31:00') }]);
  });

  it('keeps symbols and days apart', () => {
    const nextDay = at('09:31:00', '2026-11-23');
    const bars = [minute(at('09:30:00')), minute(at('09:31:00'), { symbol: '000001.SZ' }), minute(nextDay)];
    expect(foldOpeningAuction(bars).map(({ symbol, ts, volume }) => [symbol, ts, volume])).toEqual([
      [SYMBOL, at('09:31:00'), 100],
      ['000001.SZ', at('09:31:00'), 100],
      [SYMBOL, nextDay, 100],
    ]);
  });

  it('is provisional while one of the two is', () => {
    const bars = [minute(at('09:30:00')), minute(at('09:31:00'), { final: false })];
    expect(foldOpeningAuction(bars)).toMatchObject([{ ts: at('09:31:00'), final: false }]);
  });

  it('refuses bars of another period', () => {
    expect(() => foldOpeningAuction([minute(at('09:35:00'), { period: '5m' })])).toThrow('was 5m');
  });

  it('hands out each bar as soon as it is certain', () => {
    const fold = new OpeningAuctionFold();
    expect(fold.add(minute(at('09:30:00')))).toEqual([]);
    expect(fold.add(minute(at('09:31:00')))).toMatchObject([{ ts: at('09:31:00'), volume: 200 }]);
    expect(fold.add(minute(at('09:32:00')))).toMatchObject([{ ts: at('09:32:00'), volume: 100 }]);
    expect(fold.end()).toEqual([]);
  });

  it('makes the same longer bars as the 241-row form', () => {
    fc.assert(
      fc.property(tickStream, (ticks) => {
        const bars = rebuildMinuteBars(ticks);
        const folded = foldOpeningAuction(bars);
        const rounded = (period: '5m' | '60m', from: Bar[]) =>
          aggregateBars(from, period).map((one) => ({ ...one, amount: Math.round(one.amount) }));
        expect(rounded('5m', folded)).toEqual(rounded('5m', bars));
        expect(rounded('60m', folded)).toEqual(rounded('60m', bars));
      }),
    );
  });
});
