import { DateError, parseTradeDate, type TradeDate, toTradeDate } from '@quotefleet/domain';
import { invalidArgument } from '@quotefleet/service-kit';

export const DAY_MS = 86_400_000;
/** No data is of days outside, and not every database has them. */
const FIRST_DATE = '1900-01-01';
const LAST_DATE = '2199-12-31';

/**
 * A date as `YYYY-MM-DD`.
 * @throws DateError for another form, a day that does not exist, or one outside the years 1900 to 2199
 */
export function parseKnownDate(text: string): TradeDate {
  const date = parseTradeDate(text);
  if (date < FIRST_DATE || date > LAST_DATE) throw new DateError('a day of the years 1900 to 2199', text);
  return date;
}

/**
 * A day of a query as `YYYY-MM-DD`.
 * @throws AppError INVALID_ARGUMENT naming the field
 */
export function parseDay(field: string, text: string): TradeDate {
  try {
    return parseKnownDate(text);
  } catch (error) {
    if (error instanceof DateError) throw invalidArgument(field, error.message, { cause: error });
    throw error;
  }
}

export function parseOptionalDay(field: string, text: string | undefined): TradeDate | undefined {
  return text === undefined ? undefined : parseDay(field, text);
}

/** The day it is in Shanghai. */
export function today(): TradeDate {
  return toTradeDate(Date.now());
}

/**
 * Bounds of a date column, both included.
 * @throws AppError INVALID_ARGUMENT naming `start` or `end`
 */
export function dayRange({ start, end }: { start?: string | undefined; end?: string | undefined }) {
  const from = parseOptionalDay('start', start);
  const through = parseOptionalDay('end', end);
  if (from !== undefined && through !== undefined && from > through)
    throw invalidArgument('start', `expected a day up to the end, was ${from}`);
  return from === undefined && through === undefined ? undefined : { from, through };
}
