import { DateError, parseTradeDate, shanghaiMs, type TradeDate } from '@quotefleet/domain';
import { TransferError } from './transfer-error.ts';

export const DAY_MS = 86_400_000;

/** Days in Shanghai, first and last included; open where absent. */
export interface DayRange {
  from?: TradeDate;
  to?: TradeDate;
}

/** The time of a day, or of days in a row: from midnight on, up to and not including the midnight after. */
export function daysSpan(first: TradeDate, last: TradeDate = first): { from: number; to: number } {
  return { from: shanghaiMs(first), to: shanghaiMs(last) + DAY_MS };
}

/** The bounds of a read over a range of days. */
export function rangeBounds({ from, to }: DayRange): { from?: number; to?: number } {
  return {
    ...(from === undefined ? {} : { from: shanghaiMs(from) }),
    ...(to === undefined ? {} : { to: shanghaiMs(to) + DAY_MS }),
  };
}

/**
 * Reads the first and the last day of a range.
 * @throws TransferError when one is no date, or the first is after the last
 */
export function parseDays(from: string | undefined, to: string | undefined): DayRange {
  const range = {
    ...(from === undefined ? {} : { from: parseDay(from) }),
    ...(to === undefined ? {} : { to: parseDay(to) }),
  };
  if (range.from !== undefined && range.to !== undefined && range.from > range.to)
    throw new TransferError(`expected the first day not to be after the last, was ${range.from} and ${range.to}`);
  return range;
}

function parseDay(text: string): TradeDate {
  try {
    return parseTradeDate(text);
  } catch (error) {
    if (error instanceof DateError) throw new TransferError(error.message, { cause: error });
    throw error;
  }
}
