import { shanghaiMs, type TradeDate } from '@quotefleet/domain';

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
