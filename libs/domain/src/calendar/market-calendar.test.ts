import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MARKETS } from './market-calendar.ts';
import {
  CalendarRangeError,
  calendarRange,
  isHalfDay,
  isTradingDay,
  nextTradingDay,
  previousTradingDay,
  tradingDays,
} from './trading-calendar.ts';

describe('the calendars of Hong Kong and New York', () => {
  it.each([
    ['HK', '2026-02-16', true, 'eve of Lunar New Year, in the morning'],
    ['HK', '2026-02-17', false, 'Lunar New Year'],
    ['HK', '2026-04-07', false, 'Easter Monday moved by Ching Ming'],
    ['HK', '2026-10-02', true, 'the mainland alone keeps a week of National Day'],
    ['HK', '2023-07-17', false, 'typhoon Talim'],
    ['HK', '2023-09-01', false, 'typhoon Saola'],
    ['HK', '2023-09-08', false, 'black rainstorm'],
    ['HK', '2023-10-09', true, 'typhoon Koinu took the morning only'],
    ['HK', '2015-09-03', false, '70 years after the war'],
    ['US', '2001-09-11', false, 'the attacks'],
    ['US', '2012-10-29', false, 'hurricane Sandy'],
    ['US', '2018-12-05', false, 'mourning of President Bush'],
    ['US', '2025-01-09', false, 'mourning of President Carter'],
    ['US', '2021-06-18', true, 'Juneteenth was not kept yet'],
    ['US', '2022-06-20', false, 'Juneteenth on the Monday after'],
    ['US', '2021-12-31', true, 'no holiday for a New Year on a Saturday'],
    ['US', '2027-12-24', false, 'Christmas on the Friday before'],
    ['US', '2026-10-01', true, 'no National Day'],
  ] as const)('%s on %s trades: %p (%s)', (market, date, open, _why) => {
    expect(isTradingDay(date, market)).toBe(open);
  });

  it.each([
    ['HK', 2019, 246],
    ['HK', 2023, 243],
    ['HK', 2024, 246],
    ['US', 2019, 252],
    ['US', 2024, 252],
    ['US', 2025, 250],
    ['CN', 2024, 242],
  ] as const)('%s had in %d %d sessions', (market, year, count) => {
    expect(tradingDays(`${year}-01-01`, `${year}-12-31`, market)).toHaveLength(count);
  });

  it('tells the half days', () => {
    const halves = (market: 'HK' | 'US') =>
      tradingDays('2026-01-01', '2026-12-31', market).filter((date) => isHalfDay(date, market));
    expect(halves('HK')).toEqual(['2026-02-16', '2026-12-24', '2026-12-31']);
    expect(halves('US')).toEqual(['2026-11-27', '2026-12-24']);
    expect(isHalfDay('2026-12-31', 'CN')).toBe(false);
  });

  it('refuses days outside what each market has announced', () => {
    expect(calendarRange('HK')).toEqual({ first: '2005-01-01', last: '2027-12-31' });
    expect(() => isTradingDay('2028-01-03', 'HK')).toThrow(CalendarRangeError);
    expect(() => nextTradingDay('2027-12-31', 'HK')).toThrow(
      'trading days of HK are known from 2005-01-01 to 2027-12-31, was asked for 2028-01-01: ' +
        'the government gazettes a year in the May before',
    );
    expect(() => previousTradingDay('2000-01-03', 'US')).toThrow('trading days of US are known from 2000-01-01');
  });

  it('never trades at a weekend and goes to the next day and back without loss', () => {
    const dates = fc.constantFrom(...MARKETS).chain((market) => {
      const { first, last } = calendarRange(market);
      const days = tradingDays(first, last, market);
      return fc.record({ market: fc.constant(market), date: fc.constantFrom(...days.slice(0, -1)) });
    });
    fc.assert(
      fc.property(dates, ({ market, date }) => {
        expect(new Date(date).getUTCDay() % 6).not.toBe(0);
        expect(previousTradingDay(nextTradingDay(date, market), market)).toBe(date);
      }),
    );
  });
});
