import type { TradeDate } from '../calendar/trade-date.ts';
import { priceTick } from '../rules/price-tick.ts';
import { roundHalfUp } from '../rules/rounding.ts';
import { type CorporateAction, type PriceShift, priceShift, shiftPrice } from './corporate-action.ts';

/** What bars from a date on are adjusted by. */
export interface AdjustFactor {
  /** The ex-date: the factor holds from it on. */
  date: TradeDate;
  /** Product of previous close / ex-right reference price of this and all earlier ex-dates; 1 at listing. Unrounded. */
  factor: number;
  /** What the ex-date did to prices, for the subtraction method. */
  shift: PriceShift;
}

/** An ex-date needs the close before it, and there is none. */
export class MissingCloseError extends Error {
  readonly symbol: string;
  readonly exDate: TradeDate;

  constructor(symbol: string, exDate: TradeDate) {
    super(`expected a close of ${symbol} before its ex-date ${exDate}, found none`);
    this.name = 'MissingCloseError';
    this.symbol = symbol;
    this.exDate = exDate;
  }
}

/**
 * The adjustment factors of one symbol, by the ratio method.
 * @param actions in any order; those of one ex-date count as one.
 * @param prevClose the raw close of the last trading day before an ex-date, yuan.
 * @returns in order of date, one per ex-date.
 * @throws {MissingCloseError} when a close is not known.
 */
export function adjustFactors(
  actions: readonly CorporateAction[],
  prevClose: (exDate: TradeDate) => number | undefined,
): AdjustFactor[] {
  const byDate = Map.groupBy(actions, (action) => action.exDate);
  let factor = 1;
  return [...byDate.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([date, sameDay]) => {
      const symbol = sameDay[0]?.symbol ?? '';
      const close = prevClose(date);
      if (!close) throw new MissingCloseError(symbol, date);
      const shift = priceShift(sameDay);
      factor *= close / roundHalfUp(shiftPrice(close, shift), priceTick(symbol));
      return { date, factor, shift };
    });
}
