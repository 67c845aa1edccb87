import type { TradeDate } from '../calendar/trade-date.ts';
import { boardOf } from '../symbols/board.ts';

/** Order sizes, in shares. */
export interface LotRule {
  /** A holding below it is an odd lot and sells in one order only. */
  buyLot: number;
  minBuy: number;
  /** Buy sizes above the least one grow by it. */
  increment: number;
  /** Of a limit order. */
  maxOrder: number;
  maxMarketOrder: number;
  /** The first date of these sizes, where known. */
  since?: TradeDate;
}

const MAIN: LotRule = {
  buyLot: 100,
  minBuy: 100,
  increment: 100,
  maxOrder: 1_000_000,
  maxMarketOrder: 1_000_000,
};
const STAR: LotRule = {
  buyLot: 200,
  minBuy: 200,
  increment: 1,
  maxOrder: 100_000,
  maxMarketOrder: 50_000,
  since: '2019-07-22',
};
const CHINEXT_REGISTRATION = '2020-08-24';
const CHINEXT: LotRule = { ...MAIN, maxOrder: 300_000, maxMarketOrder: 150_000, since: CHINEXT_REGISTRATION };
const BSE: LotRule = { ...MAIN, increment: 1, since: '2020-07-27' };

/**
 * The order sizes of an instrument on a date; ChiNext's own maxima came on 2020-08-24.
 * @throws {RangeError} for what is not bought in shares on a mainland exchange.
 */
export function lotRule(symbol: string, date: TradeDate): LotRule {
  switch (boardOf(symbol)) {
    case 'sse-main':
    case 'szse-main':
    case 'b-share':
    case 'etf':
    case 'fund':
      return MAIN;
    case 'star':
    case 'cdr':
      return STAR;
    case 'chinext':
      return date < CHINEXT_REGISTRATION ? MAIN : CHINEXT;
    case 'bse':
      return BSE;
    default:
      throw new RangeError(`expected a stock or fund of SH, SZ or BJ, was ${symbol}`);
  }
}
