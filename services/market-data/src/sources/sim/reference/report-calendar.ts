import { CALENDAR_FIRST, CALENDAR_LAST, type TradeDate, tradingDays } from '@quotefleet/domain';
import { stream, uniform } from '../random.ts';
import { later, yearOf } from './reference-rows.ts';

/** A quarter of a year, 1 to 4; a report covers the year up to its end. */
export interface Period {
  year: number;
  quarter: number;
}

const QUARTER_ENDS = ['03-31', '06-30', '09-30', '12-31'];
/** When reports come out, by quarter; the annual report does in the year after. */
const OPENS = ['04-10', '08-01', '10-10', '03-01'];
const CLOSES = ['04-30', '08-31', '10-31', '04-30'];

export function endOf({ year, quarter }: Period): TradeDate {
  return `${year}-${QUARTER_ENDS[quarter - 1]}`;
}

/** The day a company announces a period, within the legal window; undefined where the calendar does not reach. */
export function announcementDate(seed: number, symbol: string, period: Period): TradeDate | undefined {
  const { year, quarter } = period;
  const announcedIn = quarter === 4 ? year + 1 : year;
  const closes = `${announcedIn}-${CLOSES[quarter - 1]}`;
  const opens = `${announcedIn}-${OPENS[quarter - 1]}`;
  if (opens < CALENDAR_FIRST || closes > CALENDAR_LAST) return undefined;
  // No first quarter comes before the annual report.
  const annual = quarter === 1 ? announcementDate(seed, symbol, { year: year - 1, quarter: 4 }) : undefined;
  const days = windowDays(later(opens, annual ?? opens), closes);
  // Most companies are late.
  const draw = uniform(stream(seed, `report ${symbol} ${year}Q${quarter}`)) ** 0.5;
  return days[Math.floor(draw * days.length)];
}

/** The periods that can be announced in a range of dates, in order. */
export function periodsAnnouncedIn(from: TradeDate, to: TradeDate): Period[] {
  const periods: Period[] = [];
  for (let year = yearOf(from) - 1; year <= yearOf(to); year++) {
    for (let quarter = 1; quarter <= 4; quarter++) periods.push({ year, quarter });
  }
  return periods;
}

const windows = new Map<string, readonly TradeDate[]>();

function windowDays(from: TradeDate, to: TradeDate): readonly TradeDate[] {
  const key = `${from} ${to}`;
  const days = windows.get(key) ?? tradingDays(from, to);
  windows.set(key, days);
  return days;
}
