import { type TradeDate, toDayNumber } from '../calendar/trade-date.ts';
import { calendarRange, tradingDays } from '../calendar/trading-calendar.ts';
import { marketOf } from '../symbols/board.ts';

/** Longer than five trading days take over any holiday: after it no listing rule counts days any more. */
const NEW_LISTING_DAYS_MAX = 30;

/**
 * Trading days since listing, the first being 1.
 * @returns undefined when the date is before the listing, or so long after it that no rule asks any more.
 */
export function listedDaysOn(symbol: string, listDate: TradeDate, date: TradeDate): number | undefined {
  const market = marketOf(symbol);
  const isNew = toDayNumber(date) - toDayNumber(listDate) <= NEW_LISTING_DAYS_MAX;
  if (date < listDate || !isNew || listDate < calendarRange(market).first) return undefined;
  return tradingDays(listDate, date, market).length;
}
