import { type TradeDate, toDayNumber } from '../calendar/trade-date.ts';
import { calendarRange, tradingDays } from '../calendar/trading-calendar.ts';
import { type PriceLimits, priceLimits } from '../rules/price-limits.ts';
import { priceTick } from '../rules/price-tick.ts';
import { marketOf } from '../symbols/board.ts';
import type { InstrumentFacts, Problem } from './finding.ts';

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

/** The limit prices of a day as far as the facts tell; undefined where there are none. */
export function limitsOn(
  symbol: string,
  date: TradeDate,
  preClose: number,
  facts: InstrumentFacts,
): PriceLimits | undefined {
  if (facts.isLimitFreeOn?.(date)) return undefined;
  const listedDays = facts.listDate === undefined ? undefined : listedDaysOn(symbol, facts.listDate, date);
  return priceLimits({
    symbol,
    date,
    preClose,
    ...(facts.isStOn && { isSt: facts.isStOn(date) }),
    ...(facts.isWideEtf !== undefined && { isWideEtf: facts.isWideEtf }),
    ...(listedDays !== undefined && { listedDays }),
  });
}

/** Half a tick beyond a limit is beyond it: doubles carry dust. */
export function limitProblem(
  symbol: string,
  limits: PriceLimits,
  prices: Readonly<Record<string, number>>,
): Problem | undefined {
  const slack = priceTick(symbol) / 2;
  for (const [field, price] of Object.entries(prices)) {
    if (price > limits.up + slack || price < limits.down - slack) {
      return {
        kind: 'limit',
        severity: 'error',
        field,
        message: `expected a price from ${limits.down} to ${limits.up}, was ${price}`,
      };
    }
  }
  return undefined;
}
