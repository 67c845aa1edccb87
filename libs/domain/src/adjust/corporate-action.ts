import type { TradeDate } from '../calendar/trade-date.ts';
import { roundHalfUp } from '../rules/rounding.ts';

/** What holders of a share on the day before get: cash, new shares, and the right to buy more. */
export interface CorporateAction {
  symbol: string;
  exDate: TradeDate;
  /** Yuan per share before tax. */
  cashPerShare: number;
  /** New shares per share, bonus and transfer together: 0.5 for "5 for 10". */
  bonusRatio: number;
  /** Shares offered per share. */
  rightsRatio: number;
  /** Yuan per offered share. */
  rightsPrice: number;
}

/** How an action moves a price: (price + offset) / divisor. */
export interface PriceShift {
  /** K r - D, yuan. */
  offset: number;
  /** 1 + b + r. */
  divisor: number;
}

/** The shift of all that happens on one ex-date. */
export function priceShift(actions: readonly CorporateAction[]): PriceShift {
  const shift: PriceShift = { offset: 0, divisor: 1 };
  for (const action of actions) {
    shift.offset += action.rightsPrice * action.rightsRatio - action.cashPerShare;
    shift.divisor += action.bonusRatio + action.rightsRatio;
  }
  return shift;
}

export function shiftPrice(price: number, { offset, divisor }: PriceShift): number {
  return (price + offset) / divisor;
}

/**
 * The ex-right reference price, which is the previous close of the ex-date: (P - D + K r) / (1 + b + r), half up to
 * the tick (trading rules of the exchanges; they name the share of shares that changed b and r).
 */
export function exReferencePrice(prevClose: number, action: CorporateAction, tick = 0.01): number {
  return roundHalfUp(shiftPrice(prevClose, priceShift([action])), tick);
}
