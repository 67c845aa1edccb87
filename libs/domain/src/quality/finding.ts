import type { TradeDate } from '../calendar/trade-date.ts';

/**
 * What a check can find.
 * - `shape`: a number that is none, below 0, or no whole count of shares; lists of different lengths.
 * - `time`: no label or day of a session. `order`, `duplicate`: out of order, or the same again.
 * - `ohlc`: open, high, low, close (last) contradict each other. `extremes`: the day's high fell or its low rose.
 * - `limit`: a price beyond the day's limits. `jump`: one no corporate action explains.
 * - `units`: the average price lies outside low and high, as when lots are taken for shares.
 * - `cumulative`: the day's volume or amount fell. `gap`: rows of a session are missing.
 */
export type FindingKind =
  | 'shape'
  | 'time'
  | 'order'
  | 'duplicate'
  | 'ohlc'
  | 'extremes'
  | 'limit'
  | 'jump'
  | 'units'
  | 'cumulative'
  | 'gap';

/** One thing wrong with one row. An `error` row cannot be true; a `warning` wants a look. */
export interface Finding {
  kind: FindingKind;
  severity: 'error' | 'warning';
  symbol: string;
  /** Of the row, or of the first row missing, ms since the epoch. */
  ts: number;
  field: string;
  /** What was expected and what was found. */
  message: string;
}

/** What is known of an instrument; whatever is not given is not held against its rows. */
export interface InstrumentFacts {
  /** First day of trading; long listed unless given. */
  listDate?: TradeDate;
  /** Last day of trading. */
  delistDate?: TradeDate;
  /** See `LimitQuery`. */
  isWideEtf?: boolean;
  /** Under risk warning on a date. */
  isStOn?(date: TradeDate): boolean;
  /** The close before a date, adjusted for rights on an ex-date; the issue price on the first day. */
  preCloseOn?(date: TradeDate): number | undefined;
  /** All ex-dates, in any order. Jumps are looked for only where they are known. */
  exDates?: readonly TradeDate[];
  isSuspendedOn?(date: TradeDate): boolean;
  /** A day without limits that no rule tells, such as the first one after relisting. */
  isLimitFreeOn?(date: TradeDate): boolean;
}

export type FactsOf = (symbol: string) => InstrumentFacts | undefined;

/** What a check reports with; the row is added by the caller. */
export type Problem = Omit<Finding, 'symbol' | 'ts'>;
