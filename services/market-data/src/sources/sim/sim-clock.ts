import {
  CalendarRangeError,
  hasAfterHours,
  isTradingDay,
  nextTradingDay,
  previousTradingDay,
  shanghaiMs,
  type TradeDate,
  toTradeDate,
} from '@quotefleet/domain';

/** A stretch of a day in which the exchange publishes; ms since the epoch. */
interface OpenWindow {
  from: number;
  to: number;
}

/** Some symbol trades after hours from the day STAR opened on. */
const AFTER_HOURS_FIRST_SYMBOL = '688981.SH';
const MAIN_BOARD_SYMBOL = '600519.SH';

/** The trading day after a date, or undefined when the calendar ends before it. */
export function tradingDayAfter(date: TradeDate): TradeDate | undefined {
  return withinCalendar(() => nextTradingDay(date));
}

/** The latest trading day on or before the date in Shanghai at an instant; the calendar's last when it has ended. */
export function latestTradingDay(epochMs: number, calendarLast: TradeDate): TradeDate {
  const today = toTradeDate(epochMs);
  const date = today > calendarLast ? calendarLast : today;
  return isTradingDay(date) ? date : previousTradingDay(date);
}

/**
 * The exchange time that many milliseconds of open market after another: nights, the lunch break, weekends and
 * holidays take no time. An end of a window belongs to it, so that its last snapshots are not skipped.
 * @returns undefined when the calendar ends before.
 */
export function afterOpenTime(epochMs: number, openMs: number): number | undefined {
  let date: TradeDate | undefined = toTradeDate(epochMs);
  if (!isTradingDay(date)) date = tradingDayAfter(date);
  let at = epochMs;
  let left = openMs;
  while (date !== undefined) {
    for (const { from, to } of openWindows(date)) {
      if (at > to || (at === to && left > 0)) continue;
      const start = Math.max(at, from);
      if (start + left <= to) return start + left;
      left -= to - start;
      at = to;
    }
    date = tradingDayAfter(date);
  }
  return undefined;
}

/** The last snapshots of a session come up to three seconds after its end. */
const TRAIL_MS = 3000;

function openWindows(date: TradeDate): OpenWindow[] {
  const window = (from: string, to: string) => ({ from: shanghaiMs(date, from), to: shanghaiMs(date, to) + TRAIL_MS });
  const windows = [window('09:15:00', '11:30:00'), window('13:00:00', '15:00:00')];
  const afterHours = [AFTER_HOURS_FIRST_SYMBOL, MAIN_BOARD_SYMBOL].some((symbol) => hasAfterHours(symbol, date));
  return afterHours ? [...windows, window('15:05:00', '15:30:00')] : windows;
}

function withinCalendar<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof CalendarRangeError) return undefined;
    throw error;
  }
}
