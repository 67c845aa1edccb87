import { describe, expect, it } from '@jest/globals';
import { shanghaiMs } from '../calendar/instant.ts';
import { minuteBarEnds } from '../sessions/minute-label.ts';
import { dailyCompleteness, minuteCompleteness } from './completeness.ts';
import { expectedBarEnds } from './expected-bars.ts';

const SYMBOL = '600519.SH';
const DATE = '2026-11-20';
const at = (time: string) => shanghaiMs(DATE, time);

describe('expectedBarEnds', () => {
  it.each([
    ['600519.SH', DATE, '1m', 241, 239, 'but 14:58 and 14:59'],
    ['600519.SH', DATE, '1m', 240, 238, 'but 09:30 too'],
    ['600519.SH', '2018-08-17', '1m', 241, 241, 'before Shanghai had a closing auction'],
    ['510300.SH', '2026-07-03', '1m', 241, 241, 'before funds had one'],
    ['600519.SH', DATE, '5m', 241, 48, 'with the closing auction in the last'],
    ['600519.SH', DATE, '60m', 240, 4, 'of an hour'],
    ['600519.SH', '2016-01-04', '1m', 241, 140, 'in spite of the circuit breaker'],
    ['600519.SH', '2016-01-07', '1m', 241, 17, 'in spite of the circuit breaker'],
    ['600519.SH', '2026-11-21', '1m', 241, 0, 'on a Saturday'],
    ['00700.HK', DATE, '1m', 241, 0, 'of which no labels are known'],
  ] as const)('of %s on %s, %s of %d rows, are %d %s', (symbol, date, period, rows, count, _why) => {
    expect(expectedBarEnds(symbol, date, period, rows)).toHaveLength(count);
  });
});

describe('minuteCompleteness', () => {
  it('is 1 for a full day, with or without the minutes of the closing auction', () => {
    const full = minuteBarEnds(DATE);
    const expected = { symbol: SYMBOL, from: DATE, to: DATE, expected: 239, found: 239, ratio: 1, missing: [] };
    expect(minuteCompleteness({ symbol: SYMBOL, date: DATE, found: full })).toEqual(expected);
    const without = full.filter((ts) => ts !== at('14:58') && ts !== at('14:59'));
    expect(minuteCompleteness({ symbol: SYMBOL, date: DATE, found: without })).toEqual(expected);
  });

  it('lists the minutes missing up to the time reached', () => {
    const found = [at('09:30'), at('09:31'), at('09:31'), at('09:33'), at('12:00')];
    expect(minuteCompleteness({ symbol: SYMBOL, date: DATE, found, untilMs: at('09:35') })).toMatchObject({
      expected: 6,
      found: 3,
      ratio: 0.5,
      missing: [at('09:32'), at('09:34'), at('09:35')],
    });
  });

  it('counts longer bars and the 240-row form', () => {
    const query = { symbol: SYMBOL, date: DATE, found: [at('10:30'), at('14:00')], period: '60m', rows: 240 } as const;
    expect(minuteCompleteness(query)).toMatchObject({ expected: 4, found: 2, missing: [at('11:30'), at('15:00')] });
  });

  it('is 1 where nothing is expected', () => {
    expect(minuteCompleteness({ symbol: SYMBOL, date: '2026-11-21', found: [] })).toMatchObject({ ratio: 1 });
  });
});

describe('dailyCompleteness', () => {
  const range = { symbol: SYMBOL, from: '2026-09-28', to: '2026-10-09' };

  it('lists the trading days missing in a range', () => {
    expect(dailyCompleteness({ ...range, found: ['2026-09-28', '2026-09-30', '2026-10-08'] })).toEqual({
      ...range,
      expected: 5,
      found: 3,
      ratio: 0.6,
      missing: ['2026-09-29', '2026-10-09'],
    });
  });

  it('expects nothing before listing, after delisting and on days of suspension', () => {
    const facts = {
      listDate: '2026-09-29',
      delistDate: '2026-10-08',
      isSuspendedOn: (date: string) => date === '2026-09-30',
    };
    expect(dailyCompleteness({ ...range, found: ['2026-09-29'], facts })).toMatchObject({
      expected: 2,
      missing: ['2026-10-08'],
    });
  });

  it('goes by the calendar of the symbol', () => {
    expect(dailyCompleteness({ ...range, symbol: '00700.HK', found: [] }).missing).toHaveLength(9);
    expect(dailyCompleteness({ ...range, symbol: 'AAPL.US', found: [] }).missing).toHaveLength(10);
  });
});
