import type { TradeDate } from '../calendar/trade-date.ts';
import { listedDaysOn } from '../rules/listed-days.ts';
import { type PriceLimits, priceLimits } from '../rules/price-limits.ts';
import { priceTick } from '../rules/price-tick.ts';
import type { InstrumentFacts, Problem } from './finding.ts';

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
