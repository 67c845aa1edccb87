import { WEEKDAY_CLOSURES } from './closures.ts';
import { fromDayNumber, type TradeDate, toDayNumber } from './trade-date.ts';

/** The first session of the Shanghai exchange. */
export const CALENDAR_FIRST: TradeDate = '1990-12-19';
/** The last day of the last year whose closures are announced. */
export const CALENDAR_LAST: TradeDate = '2026-12-31';

/** The day lies outside the years whose sessions are known; nothing is guessed. */
export class CalendarRangeError extends Error {
  readonly date: TradeDate;

  constructor(date: TradeDate) {
    super(
      `trading days are known from ${CALENDAR_FIRST} to ${CALENDAR_LAST}, was asked for ${date}: ` +
        'the exchange announces a year in the December before',
    );
    this.name = 'CalendarRangeError';
    this.date = date;
  }
}

const FIRST = toDayNumber(CALENDAR_FIRST);
const LAST = toDayNumber(CALENDAR_LAST);
const IS_SESSION = sessionFlags();

/** Whether Shanghai, Shenzhen and Beijing trade on a date; they share one calendar. */
export function isTradingDay(date: TradeDate): boolean {
  return isSessionDay(toDayNumber(date));
}

/**
 * The first trading day after a date.
 * @throws {CalendarRangeError} when it is not announced yet.
 */
export function nextTradingDay(date: TradeDate): TradeDate {
  let day = toDayNumber(date) + 1;
  while (!isSessionDay(day)) day++;
  return fromDayNumber(day);
}

/**
 * The last trading day before a date.
 * @throws {CalendarRangeError} when there was none.
 */
export function previousTradingDay(date: TradeDate): TradeDate {
  let day = toDayNumber(date) - 1;
  while (!isSessionDay(day)) day--;
  return fromDayNumber(day);
}

/** The trading days from one date to another, both included. */
export function tradingDays(from: TradeDate, to: TradeDate): TradeDate[] {
  const last = toDayNumber(to);
  isSessionDay(last);
  const days: TradeDate[] = [];
  for (let day = toDayNumber(from); day <= last; day++) {
    if (isSessionDay(day)) days.push(fromDayNumber(day));
  }
  return days;
}

/** As {@link isTradingDay}, by the number of days since 1970-01-01. */
export function isSessionDay(day: number): boolean {
  if (day < FIRST || day > LAST) throw new CalendarRangeError(fromDayNumber(day));
  return IS_SESSION[day - FIRST] === 1;
}

function sessionFlags(): Uint8Array {
  const flags = new Uint8Array(LAST - FIRST + 1);
  for (let day = FIRST; day <= LAST; day++) {
    // 1970-01-01 was a Thursday: remainders 0 to 4 of day + 3 are Monday to Friday.
    flags[day - FIRST] = (day + 3) % 7 < 5 ? 1 : 0;
  }
  for (const [year, monthDays] of Object.entries(WEEKDAY_CLOSURES)) {
    for (const monthDay of monthDays.split(' ')) {
      flags[toDayNumber(`${year}-${monthDay.slice(0, 2)}-${monthDay.slice(2)}`) - FIRST] = 0;
    }
  }
  return flags;
}
