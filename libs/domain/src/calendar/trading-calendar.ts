import { calendarOf, type Market } from './market-calendar.ts';
import { fromDayNumber, type TradeDate, toDayNumber } from './trade-date.ts';

/** The first session of the Shanghai exchange. */
export const CALENDAR_FIRST: TradeDate = calendarOf('CN').first;
/** The last day of the last year whose mainland closures are announced. */
export const CALENDAR_LAST: TradeDate = calendarOf('CN').last;

/** The day lies outside the years whose sessions are known; nothing is guessed. */
export class CalendarRangeError extends Error {
  readonly date: TradeDate;
  readonly market: Market;

  constructor(date: TradeDate, market: Market = 'CN') {
    const { first, last, announced } = calendarOf(market);
    const whose = market === 'CN' ? '' : ` of ${market}`;
    super(`trading days${whose} are known from ${first} to ${last}, was asked for ${date}: ${announced}`);
    this.name = 'CalendarRangeError';
    this.date = date;
    this.market = market;
  }
}

/** The first and last dates whose sessions are known, both included. */
export function calendarRange(market: Market = 'CN'): { first: TradeDate; last: TradeDate } {
  const { first, last } = calendarOf(market);
  return { first, last };
}

/**
 * Whether a market trades on a date; Shanghai, Shenzhen and Beijing share the calendar `CN`.
 * @throws {CalendarRangeError} outside the known years, as all functions here do.
 */
export function isTradingDay(date: TradeDate, market: Market = 'CN'): boolean {
  return isSessionDay(toDayNumber(date), market);
}

/** Whether the session of a date is announced to end early: Hong Kong at noon, New York at 13:00. */
export function isHalfDay(date: TradeDate, market: Market): boolean {
  return isTradingDay(date, market) && calendarOf(market).halfDays.has(date);
}

/**
 * The first trading day after a date.
 * @throws {CalendarRangeError} when it is not announced yet.
 */
export function nextTradingDay(date: TradeDate, market: Market = 'CN'): TradeDate {
  let day = toDayNumber(date) + 1;
  while (!isSessionDay(day, market)) day++;
  return fromDayNumber(day);
}

/**
 * The last trading day before a date.
 * @throws {CalendarRangeError} when there was none.
 */
export function previousTradingDay(date: TradeDate, market: Market = 'CN'): TradeDate {
  let day = toDayNumber(date) - 1;
  while (!isSessionDay(day, market)) day--;
  return fromDayNumber(day);
}

/** The trading days from one date to another, both included. */
export function tradingDays(from: TradeDate, to: TradeDate, market: Market = 'CN'): TradeDate[] {
  const last = toDayNumber(to);
  isSessionDay(last, market);
  const days: TradeDate[] = [];
  for (let day = toDayNumber(from); day <= last; day++) {
    if (isSessionDay(day, market)) days.push(fromDayNumber(day));
  }
  return days;
}

/** As {@link isTradingDay}, by the number of days since 1970-01-01. */
export function isSessionDay(day: number, market: Market = 'CN'): boolean {
  const { firstDay, lastDay, isSession } = calendarOf(market);
  if (day < firstDay || day > lastDay) throw new CalendarRangeError(fromDayNumber(day), market);
  return isSession[day - firstDay] === 1;
}
