import type { TradeDate } from '../calendar/trade-date.ts';
import { boardOf } from '../symbols/board.ts';

/** When what is bought may be sold again. */
export interface SettlementRule {
  /** On the same day, or from the next trading day on. */
  sellableFrom: 'T+0' | 'T+1';
  /** The first date it holds on, where known. */
  since?: TradeDate;
}

const SHARES_T1_SINCE = '1995-01-01';
const B_SHARES_T1_SINCE = '2001-12-01';
/** Shanghai's codes of funds on bonds and money, on foreign stocks, and on gold. */
const SAME_DAY_FUNDS = /^51[138]/;

export interface SettlementQuery {
  /** Canonical. */
  symbol: string;
  date: TradeDate;
  /**
   * A fund on bonds, money, gold, commodities or foreign stocks, which is sold on the day it is bought. Known by the
   * code in Shanghai (511, 513, 518) only.
   */
  isSameDayFund?: boolean;
}

/**
 * Whether shares bought today may be sold today. Mainland shares and funds T+1 since 1995-01-01, B shares since
 * 2001-12-01, T+0 before; bonds, some funds, Hong Kong and New York T+0.
 * @returns undefined for what is not traded, such as an index.
 */
export function settlementRule({ symbol, date, isSameDayFund }: SettlementQuery): SettlementRule | undefined {
  switch (boardOf(symbol)) {
    case 'index':
    case 'other':
      return undefined;
    case 'hk':
    case 'us':
    case 'bond':
      return { sellableFrom: 'T+0' };
    case 'b-share':
      return nextDaySince(B_SHARES_T1_SINCE, date);
    case 'etf':
    case 'fund':
      return (isSameDayFund ?? SAME_DAY_FUNDS.test(symbol))
        ? { sellableFrom: 'T+0' }
        : nextDaySince(SHARES_T1_SINCE, date);
    default:
      return nextDaySince(SHARES_T1_SINCE, date);
  }
}

function nextDaySince(since: TradeDate, date: TradeDate): SettlementRule {
  return date >= since ? { sellableFrom: 'T+1', since } : { sellableFrom: 'T+0' };
}
