import { WEEKDAY_CLOSURES } from './closures.ts';
import { HK_HALF_DAYS, HK_WEEKDAY_CLOSURES } from './hk-closures.ts';
import { type TradeDate, toDayNumber } from './trade-date.ts';
import { US_HALF_DAYS, US_WEEKDAY_CLOSURES } from './us-closures.ts';

/** Markets of one calendar: Shanghai, Shenzhen and Beijing; Hong Kong; New York. */
export const MARKETS = ['CN', 'HK', 'US'] as const;
export type Market = (typeof MARKETS)[number];

export interface MarketCalendar {
  /** The first and last dates whose sessions are known. */
  first: TradeDate;
  last: TradeDate;
  /** When the year after the last is announced, in words. */
  announced: string;
  firstDay: number;
  lastDay: number;
  /** By day since the first: 1 for a session. */
  isSession: Uint8Array;
  halfDays: ReadonlySet<TradeDate>;
}

type DaysByYear = Readonly<Record<number, string>>;

const CALENDARS: Readonly<Record<Market, MarketCalendar>> = {
  CN: calendar(['1990-12-19', '2026-12-31'], 'the exchange announces a year in the December before', WEEKDAY_CLOSURES),
  HK: calendar(
    ['2005-01-01', '2027-12-31'],
    'the government gazettes a year in the May before',
    HK_WEEKDAY_CLOSURES,
    HK_HALF_DAYS,
  ),
  US: calendar(
    ['2000-01-01', '2028-12-31'],
    'the exchange announces a year three years before',
    US_WEEKDAY_CLOSURES,
    US_HALF_DAYS,
  ),
};

export function calendarOf(market: Market): MarketCalendar {
  return CALENDARS[market];
}

function calendar(
  [first, last]: readonly [TradeDate, TradeDate],
  announced: string,
  closures: DaysByYear,
  halfDays: DaysByYear = {},
): MarketCalendar {
  const firstDay = toDayNumber(first);
  const lastDay = toDayNumber(last);
  const isSession = new Uint8Array(lastDay - firstDay + 1);
  for (let day = firstDay; day <= lastDay; day++) {
    // 1970-01-01 was a Thursday: remainders 0 to 4 of day + 3 are Monday to Friday.
    isSession[day - firstDay] = (day + 3) % 7 < 5 ? 1 : 0;
  }
  for (const date of datesOf(closures)) isSession[toDayNumber(date) - firstDay] = 0;
  return { first, last, announced, firstDay, lastDay, isSession, halfDays: new Set(datesOf(halfDays)) };
}

function datesOf(byYear: DaysByYear): TradeDate[] {
  return Object.entries(byYear).flatMap(([year, monthDays]) =>
    monthDays.split(' ').map((monthDay) => `${year}-${monthDay.slice(0, 2)}-${monthDay.slice(2)}`),
  );
}
