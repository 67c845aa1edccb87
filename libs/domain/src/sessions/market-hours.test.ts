import { describe, expect, it } from '@jest/globals';
import { MARKETS } from '../calendar/market-calendar.ts';
import { tradingDays } from '../calendar/trading-calendar.ts';
import { localTradingHours, TIMEZONES, tradingHours } from './market-hours.ts';

const local = (date: string, market: 'CN' | 'HK' | 'US') =>
  localTradingHours(date, market)
    .map(({ start, end }) => `${start}-${end}`)
    .join(' ');

describe('trading hours', () => {
  it.each([
    ['CN', '2026-11-20', '09:30-11:30 13:00-15:00'],
    ['CN', '2026-11-21', ''],
    ['HK', '2026-11-20', '09:30-12:00 13:00-16:00'],
    ['HK', '2012-03-02', '09:30-12:00 13:30-16:00'],
    ['HK', '2011-03-04', '10:00-12:30 14:30-16:00'],
    ['HK', '2026-12-24', '09:30-12:00'],
    ['HK', '2010-12-24', '10:00-12:30'],
    ['US', '2026-11-20', '09:30-16:00'],
    ['US', '2026-11-27', '09:30-13:00'],
    ['US', '2026-11-26', ''],
  ] as const)('of %s on %s are %s', (market, date, hours) => {
    expect(local(date, market)).toBe(hours);
  });

  it.each([
    ['2026-03-06', '2026-03-06T14:30:00.000Z'],
    ['2026-03-09', '2026-03-09T13:30:00.000Z'],
    ['2026-10-30', '2026-10-30T13:30:00.000Z'],
    ['2026-11-02', '2026-11-02T14:30:00.000Z'],
    ['2006-04-03', '2006-04-03T13:30:00.000Z'],
    ['2006-10-30', '2006-10-30T14:30:00.000Z'],
  ])('begin in New York on %s at %s', (date, instant) => {
    expect(tradingHours(date, 'US')[0]?.startMs).toBe(Date.parse(instant));
  });

  it.each(MARKETS)('of %s are the same clock times in its time zone on every day since 2005', (market) => {
    const clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: TIMEZONES[market],
      dateStyle: 'short',
      timeStyle: 'short',
    });
    for (const date of tradingDays('2005-01-01', '2026-12-31', market)) {
      const [year, month, day] = date.split('-');
      const seen = tradingHours(date, market).map(
        ({ startMs, endMs }) => `${clock.format(startMs)}-${clock.format(endMs).slice(-5)}`,
      );
      expect(seen.join(' ')).toBe(
        localTradingHours(date, market)
          .map(({ start, end }) => `${day}/${month}/${year}, ${start}-${end}`)
          .join(' '),
      );
    }
  });
});
