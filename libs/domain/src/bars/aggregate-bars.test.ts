import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at, DATE, SYMBOL, tick, tickStream } from '../../tests/ticks.ts';
import { shanghaiMs } from '../calendar/instant.ts';
import { toTradeDate } from '../calendar/trade-date.ts';
import { tradingDays } from '../calendar/trading-calendar.ts';
import { minuteBarEnds } from '../sessions/minute-label.ts';
import type { Period } from '../sessions/period.ts';
import { aggregateBars } from './aggregate-bars.ts';
import type { Bar } from './bar.ts';
import { dailyBarFromTick } from './daily-bar.ts';
import { rebuildMinuteBars } from './rebuild-minute-bars.ts';

function bar(ts: number, period: Period, changes: Partial<Bar> = {}): Bar {
  return {
    symbol: SYMBOL,
    period,
    ts,
    open: 10,
    high: 11,
    low: 9,
    close: 10,
    volume: 1,
    amount: 10,
    final: true,
    ...changes,
  };
}

const days = (from: string, to: string) => tradingDays(from, to).map((date) => bar(shanghaiMs(date), '1d'));

describe('aggregateBars', () => {
  it('takes the open of the first, the close of the last, the extremes and the sums', () => {
    const [week] = aggregateBars(
      [
        bar(shanghaiMs('2026-11-16'), '1d', { open: 10, high: 12, low: 9.5, close: 11, volume: 100, amount: 1050 }),
        bar(shanghaiMs('2026-11-17'), '1d', { open: 11, high: 11.5, low: 9, close: 9.2, volume: 50, amount: 500 }),
      ],
      '1w',
    );
    expect(week).toEqual({
      symbol: SYMBOL,
      period: '1w',
      ts: shanghaiMs('2026-11-17'),
      open: 10,
      high: 12,
      low: 9,
      close: 9.2,
      volume: 150,
      amount: 1550,
      final: true,
    });
  });

  it('dates weeks and months by their last bar, and a week goes on over the new year', () => {
    const dates = (period: Period) =>
      aggregateBars(days('2024-12-25', '2025-02-05'), period).map(({ ts }) => toTradeDate(ts));
    expect(dates('1w')).toEqual([
      '2024-12-27',
      '2025-01-03',
      '2025-01-10',
      '2025-01-17',
      '2025-01-24',
      '2025-01-27',
      '2025-02-05',
    ]);
    expect(dates('1M')).toEqual(['2024-12-31', '2025-01-27', '2025-02-05']);
  });

  it('makes 48, 16, 8 and 4 bars of the 241 minutes of a day', () => {
    const minutes = minuteBarEnds(DATE).map((ts) => bar(ts, '1m'));
    const volumes = (period: Period) => aggregateBars(minutes, period).map(({ volume }) => volume);
    expect(volumes('5m')).toEqual([6, ...Array<number>(47).fill(5)]);
    expect(volumes('15m')).toEqual([16, ...Array<number>(15).fill(15)]);
    expect(volumes('30m')).toEqual([31, ...Array<number>(7).fill(30)]);
    expect(volumes('60m')).toEqual([61, 60, 60, 60]);
  });

  it('keeps the totals and gives the same bars by way of a shorter period', () => {
    fc.assert(
      fc.property(tickStream, (ticks) => {
        const minutes = rebuildMinuteBars(ticks);
        const direct = aggregateBars(minutes, '60m');
        const roundAmount = (one: Bar) => ({ ...one, amount: Math.round(one.amount) });
        expect(aggregateBars(aggregateBars(minutes, '5m'), '60m').map(roundAmount)).toEqual(direct.map(roundAmount));
        const volume = (bars: Bar[]) => bars.reduce((sum, one) => sum + one.volume, 0);
        expect(volume(direct)).toBe(volume(minutes));
      }),
    );
  });

  it('is not final while a part is not, or while its time is not over', () => {
    const minutes = [bar(at('09:31:00'), '1m'), bar(at('09:32:00'), '1m', { final: false })];
    expect(aggregateBars(minutes, '5m')).toMatchObject([{ ts: at('09:35:00'), final: false }]);
    const early = [bar(at('09:31:00'), '1m'), bar(at('09:36:00'), '1m')];
    expect(aggregateBars(early, '5m', at('09:36:05'))).toMatchObject([{ final: true }, { final: false }]);
    const november = days('2026-11-16', '2026-11-18');
    expect(aggregateBars(november, '1w', at('15:30:00'))).toMatchObject([{ final: false }]);
    expect(aggregateBars(november, '1w', shanghaiMs('2026-11-23'))).toMatchObject([{ final: true }]);
    expect(aggregateBars(november, '1M', shanghaiMs('2026-11-30', '23:59:59'))).toMatchObject([{ final: false }]);
    expect(aggregateBars(november, '1M', shanghaiMs('2026-12-01'))).toMatchObject([{ final: true }]);
  });

  it('refuses bars it cannot put together', () => {
    const day = bar(shanghaiMs(DATE), '1d');
    expect(() => aggregateBars([day], '5m')).toThrow('was 1d for 5m');
    expect(() => aggregateBars([bar(at('10:00:00'), '30m')], '5m')).toThrow('was 30m for 5m');
    expect(() => aggregateBars([day, { ...day, symbol: '000001.SZ' }], '1w')).toThrow('was 000001.SZ 1d among them');
    expect(() => aggregateBars([day, day], '1w')).toThrow('expected bars in order of time');
    expect(aggregateBars([], '1w')).toEqual([]);
  });
});

describe('dailyBarFromTick', () => {
  it("takes the day's own fields and is final from 15:05 on", () => {
    const last = tick('15:00:03', 9000, 10.2, { open: 10, high: 10.5, low: 9.9, amount: 91_000 });
    expect(dailyBarFromTick(last)).toEqual({
      symbol: SYMBOL,
      period: '1d',
      ts: shanghaiMs(DATE),
      open: 10,
      high: 10.5,
      low: 9.9,
      close: 10.2,
      volume: 9000,
      amount: 91_000,
      final: false,
    });
    expect(dailyBarFromTick({ ...last, ts: at('15:05:00') })?.final).toBe(true);
  });

  it('gives no bar for a day on which nothing traded', () => {
    expect(dailyBarFromTick(tick('15:05:00', 0, 10))).toBeUndefined();
  });
});

describe('rebuildMinuteBars', () => {
  it('starts from the snapshot before and marks bars past the watermark', () => {
    const ticks = [tick('09:40:30', 150, 10.1), tick('09:41:30', 180, 10.2)];
    expect(rebuildMinuteBars(ticks, tick('09:39:57', 100, 10), at('09:41:00'))).toMatchObject([
      { ts: at('09:41:00'), volume: 50, open: 10.1, final: true },
      { ts: at('09:42:00'), volume: 30, open: 10.2, final: false },
    ]);
  });

  it('does not count what a snapshot before 09:15 still shows of the day before', () => {
    expect(rebuildMinuteBars([tick('09:25:03', 40, 10)], tick('09:00:00', 99_000, 10))).toMatchObject([{ volume: 40 }]);
  });
});
