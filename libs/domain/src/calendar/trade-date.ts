/** A date in Shanghai, `YYYY-MM-DD`. */
export type TradeDate = string;

/** The text is no date or time of an accepted form. */
export class DateError extends Error {
  readonly input: string;

  constructor(expected: string, input: string) {
    super(`expected ${expected}, was '${input}'`);
    this.name = 'DateError';
    this.input = input;
  }
}

export const DAY_MS = 86_400_000;
export const MINUTE_MS = 60_000;

/**
 * Shanghai is taken as UTC+8 throughout. China kept summer time until 1991-09-15, so on dates before
 * 1992 a time of day may be an hour off, while the date itself never is: no session times are offered there.
 */
export const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

const DATE_FORM = /^(\d{4})-?(\d{2})-?(\d{2})$/;
const DATE_LENGTHS = new Set([8, 10]);

/**
 * Reads `2024-01-02` or `20240102`.
 * @throws {DateError} for another form or a day that does not exist.
 */
export function parseTradeDate(text: string): TradeDate {
  const match = DATE_LENGTHS.has(text.length) ? DATE_FORM.exec(text) : undefined;
  if (!match) throw new DateError('a date YYYY-MM-DD or YYYYMMDD', text);
  const date = `${match[1]}-${match[2]}-${match[3]}`;
  const ms = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date) {
    throw new DateError('a day that exists', text);
  }
  return date;
}

/** Days from 1970-01-01 to a date. */
export function toDayNumber(date: TradeDate): number {
  const ms = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(ms) || date.length !== 10) throw new DateError('a date YYYY-MM-DD', date);
  return ms / DAY_MS;
}

export function fromDayNumber(day: number): TradeDate {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The day number of the Shanghai date at an instant. */
export function dayNumberAt(epochMs: number): number {
  return Math.floor((epochMs + SHANGHAI_OFFSET_MS) / DAY_MS);
}

/** The Shanghai date at an instant. */
export function toTradeDate(epochMs: number): TradeDate {
  return fromDayNumber(dayNumberAt(epochMs));
}

/** Monday of the date's week: equal for the dates of one week, and in order. */
export function weekKey(date: TradeDate): string {
  const day = toDayNumber(date);
  // 1970-01-01 was a Thursday, three days after its Monday.
  return fromDayNumber(day - ((day + 3) % 7));
}

/** `YYYY-MM` of a date. */
export function monthKey(date: TradeDate): string {
  return date.slice(0, 7);
}
