import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatShanghai, parseInstant, shanghaiMs } from './instant.ts';
import { DateError, monthKey, parseTradeDate, toTradeDate, weekKey } from './trade-date.ts';
import {
  CALENDAR_FIRST,
  CALENDAR_LAST,
  CalendarRangeError,
  isTradingDay,
  nextTradingDay,
  previousTradingDay,
  tradingDays,
} from './trading-calendar.ts';

const anyInstant = fc.integer({ min: shanghaiMs('1990-12-19'), max: shanghaiMs('2026-12-31', '23:59:59.999') });

describe('the trading calendar', () => {
  it('has 8,797 sessions from 1990-12-19 to 2026-12-31', () => {
    const days = tradingDays(CALENDAR_FIRST, CALENDAR_LAST);
    expect(days).toHaveLength(8797);
    expect(days[0]).toBe('1990-12-19');
    expect(days.at(-1)).toBe('2026-12-31');
  });

  it('is closed on the announced weekdays of 2026', () => {
    const closed = weekdays('2026-01-01', '2026-12-31').filter((date) => !isTradingDay(date));
    expect(closed.map((date) => date.slice(5)).join(' ')).toBe(
      '01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25 ' +
        '10-01 10-02 10-05 10-06 10-07',
    );
  });

  it('is closed on weekends that are made working days and open where a vendor misses 1992-05-04', () => {
    expect(isTradingDay('2024-02-04')).toBe(false);
    expect(isTradingDay('2024-09-29')).toBe(false);
    expect(isTradingDay('1992-05-04')).toBe(true);
  });

  it('steps over holidays in both directions', () => {
    expect(nextTradingDay('2024-02-08')).toBe('2024-02-19');
    expect(previousTradingDay('2024-02-19')).toBe('2024-02-08');
    expect(nextTradingDay('2024-02-10')).toBe('2024-02-19');
  });

  it('refuses days beyond the last announced year and before the first session', () => {
    expect(() => isTradingDay('2027-01-04')).toThrow(CalendarRangeError);
    expect(() => nextTradingDay('2026-12-31')).toThrow('trading days are known from 1990-12-19 to 2026-12-31');
    expect(() => previousTradingDay('1990-12-19')).toThrow(CalendarRangeError);
    expect(() => tradingDays('2026-12-01', '2027-01-10')).toThrow(CalendarRangeError);
  });

  it('goes to the next day and back without loss', () => {
    const days = tradingDays(CALENDAR_FIRST, '2026-12-30');
    fc.assert(fc.property(fc.constantFrom(...days), (day) => previousTradingDay(nextTradingDay(day)) === day));
  });
});

describe('trade dates', () => {
  it('reads both forms', () => {
    expect(parseTradeDate('2024-01-02')).toBe('2024-01-02');
    expect(parseTradeDate('20240102')).toBe('2024-01-02');
  });

  it.each(['2024-02-30', '20241301', '2024-1-2', '2024-0102', '24-01-02', '', '2024-01-02T00:00'])(
    'refuses %s',
    (text) => {
      expect(() => parseTradeDate(text)).toThrow(DateError);
    },
  );

  it('gives Monday as the key of a week, over a year too', () => {
    expect(weekKey('2024-01-01')).toBe('2024-01-01');
    expect(weekKey('2023-12-31')).toBe('2023-12-25');
    expect(weekKey('2024-01-07')).toBe('2024-01-01');
    expect(monthKey('2024-01-07')).toBe('2024-01');
  });

  it('refuses a key or an instant of what is no date', () => {
    expect(() => weekKey('someday')).toThrow(DateError);
    expect(() => shanghaiMs('20240102')).toThrow(DateError);
  });

  it('turns the date at midnight in Shanghai', () => {
    expect(toTradeDate(shanghaiMs('2024-01-02'))).toBe('2024-01-02');
    expect(toTradeDate(shanghaiMs('2024-01-02') - 1)).toBe('2024-01-01');
  });
});

describe('instants', () => {
  it('formats with the offset of Shanghai', () => {
    expect(formatShanghai(shanghaiMs('2024-01-02', '09:30:00'))).toBe('2024-01-02T09:30:00.000+08:00');
  });

  it.each([
    '2024-01-02 09:30:00',
    '2024-01-02 09:30',
    '2024-01-02T09:30:00',
    '2024-01-02T09:30:00.000+08:00',
    '2024-01-02T09:30:00+0800',
    '2024-01-02T01:30:00Z',
    '2024-01-01T20:30:00-05:00',
    '1704159000000',
  ])('reads %s as the open of that day', (text) => {
    expect(parseInstant(text)).toBe(Date.UTC(2024, 0, 2, 1, 30));
  });

  it('reads dates as midnight in Shanghai and keeps milliseconds', () => {
    expect(parseInstant('20240102')).toBe(shanghaiMs('2024-01-02'));
    expect(parseInstant('2024-01-02')).toBe(shanghaiMs('2024-01-02'));
    expect(parseInstant('2024-01-02 09:30:00.5')).toBe(shanghaiMs('2024-01-02', '09:30:00.500'));
  });

  it.each(['', 'yesterday', '2024-01-02 25:00:00', '2024-02-30 09:30:00', '1704159000', '2024-02-30'])(
    'refuses %s',
    (text) => {
      expect(() => parseInstant(text)).toThrow(DateError);
    },
  );

  it('reads back whatever it formats', () => {
    fc.assert(fc.property(anyInstant, (ms) => parseInstant(formatShanghai(ms)) === ms));
  });
});

function weekdays(from: string, to: string): string[] {
  const days: string[] = [];
  for (let ms = Date.parse(from); ms <= Date.parse(to); ms += 86_400_000) {
    const date = new Date(ms);
    if (date.getUTCDay() % 6 !== 0) days.push(date.toISOString().slice(0, 10));
  }
  return days;
}
