import type { TradeDate } from '../calendar/trade-date.ts';
import { tradingDays } from '../calendar/trading-calendar.ts';
import type { MinutePeriod } from '../sessions/period.ts';
import { marketOf } from '../symbols/board.ts';
import { expectedBarEnds, type MinuteRows } from './expected-bars.ts';
import type { InstrumentFacts } from './finding.ts';

/** How much of what a calendar asks for is there. */
export interface Completeness<T> {
  symbol: string;
  from: TradeDate;
  to: TradeDate;
  /** How many rows the session or range has, and how many of those were found. */
  expected: number;
  found: number;
  /** From 0 to 1; 1 where nothing is expected. */
  ratio: number;
  missing: T[];
}

export interface MinuteCompletenessQuery {
  symbol: string;
  date: TradeDate;
  /** Labels of the bars there are, ms since the epoch; others of no session do not count. */
  found: Iterable<number>;
  period?: MinutePeriod;
  rows?: MinuteRows;
  /** The event time reached: later bars are not expected yet. */
  untilMs?: number;
}

/** The completeness of one symbol's minute bars on one day; `missing` are labels, ms since the epoch. */
export function minuteCompleteness(query: MinuteCompletenessQuery): Completeness<number> {
  const { symbol, date, found, period, rows, untilMs = Number.POSITIVE_INFINITY } = query;
  const expected = expectedBarEnds(symbol, date, period, rows).filter((end) => end <= untilMs);
  return { symbol, from: date, to: date, ...compare(expected, found) };
}

export interface DailyCompletenessQuery {
  symbol: string;
  /** Both included. */
  from: TradeDate;
  to: TradeDate;
  /** Dates of the bars there are. */
  found: Iterable<TradeDate>;
  /** Days before listing, after delisting and of suspension are not expected. */
  facts?: Pick<InstrumentFacts, 'listDate' | 'delistDate' | 'isSuspendedOn'>;
}

/**
 * The completeness of one symbol's daily bars over a range; `missing` are dates.
 * @throws {CalendarRangeError} outside the known calendar.
 */
export function dailyCompleteness({
  symbol,
  from,
  to,
  found,
  facts = {},
}: DailyCompletenessQuery): Completeness<TradeDate> {
  const { listDate = from, delistDate = to } = facts;
  const expected = tradingDays(from, to, marketOf(symbol)).filter(
    (date) => date >= listDate && date <= delistDate && !facts.isSuspendedOn?.(date),
  );
  return { symbol, from, to, ...compare(expected, found) };
}

function compare<T>(expected: readonly T[], found: Iterable<T>) {
  const there = new Set(found);
  const missing = expected.filter((value) => !there.has(value));
  const count = expected.length - missing.length;
  return {
    expected: expected.length,
    found: count,
    ratio: expected.length === 0 ? 1 : count / expected.length,
    missing,
  };
}
