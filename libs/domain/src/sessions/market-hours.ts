import type { Market } from '../calendar/market-calendar.ts';
import { DAY_MS, MINUTE_MS, type TradeDate, toDayNumber } from '../calendar/trade-date.ts';
import { isHalfDay, isTradingDay } from '../calendar/trading-calendar.ts';

/** A stretch of continuous trading, start included, in the market's own time of day `HH:MM`. */
export interface LocalHours {
  start: string;
  end: string;
}

/** The same in instants, ms since the epoch. */
export interface TradingHours {
  startMs: number;
  endMs: number;
}

export const TIMEZONES: Readonly<Record<Market, string>> = {
  CN: 'Asia/Shanghai',
  HK: 'Asia/Hong_Kong',
  US: 'America/New_York',
};

/** Hong Kong opened earlier and shortened its lunch in two steps. */
const HK_HOURS: readonly (readonly [from: TradeDate, morning: LocalHours, afternoon: LocalHours])[] = [
  ['2012-03-05', { start: '09:30', end: '12:00' }, { start: '13:00', end: '16:00' }],
  ['2011-03-07', { start: '09:30', end: '12:00' }, { start: '13:30', end: '16:00' }],
  ['', { start: '10:00', end: '12:30' }, { start: '14:30', end: '16:00' }],
];
const HOUR_MS = 3_600_000;

/**
 * When a market trades on a date, in its own time of day, auctions at the open and close left in: 09:30 to 11:30 and
 * 13:00 to 15:00 on the mainland; none on a day without a session. Delays by weather are not known here.
 * @throws {CalendarRangeError} outside the known years.
 */
export function localTradingHours(date: TradeDate, market: Market): LocalHours[] {
  if (!isTradingDay(date, market)) return [];
  switch (market) {
    case 'CN':
      return [
        { start: '09:30', end: '11:30' },
        { start: '13:00', end: '15:00' },
      ];
    case 'HK': {
      const [, morning, afternoon] = HK_HOURS.find(([from]) => from <= date) ?? [];
      return [morning, isHalfDay(date, market) ? undefined : afternoon].filter((part) => part !== undefined);
    }
    case 'US':
      return [{ start: '09:30', end: isHalfDay(date, market) ? '13:00' : '16:00' }];
  }
}

/** As {@link localTradingHours}, in instants. */
export function tradingHours(date: TradeDate, market: Market): TradingHours[] {
  const midnight = toDayNumber(date) * DAY_MS - utcOffsetMs(date, market);
  return localTradingHours(date, market).map(({ start, end }) => ({
    startMs: midnight + timeMs(start),
    endMs: midnight + timeMs(end),
  }));
}

/** What the market's time of day is ahead of UTC at the hours it trades. */
export function utcOffsetMs(date: TradeDate, market: Market): number {
  if (market !== 'US') return 8 * HOUR_MS;
  return (isNewYorkSummer(date) ? -4 : -5) * HOUR_MS;
}

/** Second Sunday of March to first of November; up to 2006 first of April to last of October. */
function isNewYorkSummer(date: TradeDate): boolean {
  const year = date.slice(0, 4);
  const [start, end] =
    year >= '2007'
      ? [sundayFrom(`${year}-03-08`), sundayFrom(`${year}-11-01`)]
      : [sundayFrom(`${year}-04-01`), sundayFrom(`${year}-10-25`)];
  const day = toDayNumber(date);
  return day >= start && day < end;
}

/** The day number of the first Sunday on or after a date. */
function sundayFrom(date: TradeDate): number {
  const day = toDayNumber(date);
  // 1970-01-01 was a Thursday, three days before its Sunday.
  return day + ((10 - (day % 7)) % 7);
}

function timeMs(time: string): number {
  return (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * MINUTE_MS;
}
