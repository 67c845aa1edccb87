import type { TradeDate } from '@quotefleet/domain';

/** A row of a table of the registry, by column; a column without a value is left out. */
export type ReferenceRow = Record<string, string | number | boolean>;

export interface ReferenceWindow {
  seed: number;
  /** First and last date, both included. */
  from: TradeDate;
  to: TradeDate;
}

export const SOURCE = 'sim';
const DAY_MS = 86_400_000;

export function yearOf(date: TradeDate): number {
  return Number(date.slice(0, 4));
}

export function addDays(date: TradeDate, days: number): TradeDate {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The n-th Friday of a month, 1 for January; months run on past December. */
export function nthFriday(year: number, month: number, n: number): TradeDate {
  const first = new Date(Date.UTC(year, month - 1, 1));
  const untilFriday = (5 - first.getUTCDay() + 7) % 7;
  return new Date(first.getTime() + (untilFriday + 7 * (n - 1)) * DAY_MS).toISOString().slice(0, 10);
}

export function later(a: TradeDate, b: TradeDate): TradeDate {
  return a > b ? a : b;
}

export function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  // Adding zero turns -0 into 0.
  return Math.round(value * scale) / scale + 0;
}

export function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
