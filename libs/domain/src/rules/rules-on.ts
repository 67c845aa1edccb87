import type { Market } from '../calendar/market-calendar.ts';
import type { TradeDate } from '../calendar/trade-date.ts';
import { isTradingDay } from '../calendar/trading-calendar.ts';
import { daySchedule, type PhaseHours } from '../sessions/day-schedule.ts';
import { type LocalHours, TIMEZONES } from '../sessions/market-hours.ts';
import { tradingHalts } from '../sessions/trading-halts.ts';
import { type Board, boardOf, exchangeOf, type InstrumentKind, kindOf, marketOf } from '../symbols/board.ts';
import { resolveAlias } from '../symbols/bse-codes.ts';
import type { Exchange } from '../symbols/exchange.ts';
import { RuleDateError } from './dated-rate.ts';
import { type LimitRule, limitRule } from './limit-rule.ts';
import { listedDaysOn } from './listed-days.ts';
import { type LotRule, lotRule } from './lot-rule.ts';
import { type PriceCageRule, priceCageRule } from './price-cage.ts';
import { type PriceLimits, priceLimits } from './price-limits.ts';
import { priceTick } from './price-tick.ts';
import { type SettlementRule, settlementRule } from './settlement-rule.ts';
import { type FeeRates, feeRates } from './trade-fees.ts';

/** What the rules of a day depend on beside symbol and date; whatever is not given is taken as the usual case. */
export interface RulesOptions {
  isSt?: boolean;
  listDate?: TradeDate;
  /** See `LimitQuery`. */
  isWideEtf?: boolean;
  /** See `SettlementQuery`. */
  isSameDayFund?: boolean;
  /** Previous close after rights, yuan: the limit prices are worked out from it. */
  preClose?: number;
}

/** The rules an instrument traded by on a date. What is undefined does not apply, or is not known for the date. */
export interface MarketRules {
  symbol: string;
  date: TradeDate;
  /** The symbol it went by on the date. */
  tradedAs: string;
  exchange: Exchange;
  market: Market;
  board: Board;
  kind: InstrumentKind;
  isTradingDay: boolean;
  /** Trading days since listing while a new listing's rules may hold, the first being 1. */
  listedDays: number | undefined;
  limit: LimitRule;
  limitPrices: PriceLimits | undefined;
  /** The smallest price step; Hong Kong's rises with the price, this is its least. */
  tick: number;
  priceCage: PriceCageRule | undefined;
  lots: LotRule | undefined;
  settlement: SettlementRule | undefined;
  /** What state, depository and exchange take of the amount. */
  fees: FeeRates | undefined;
  /** IANA name of the zone whose time of day `sessions` and `halts` are in. */
  timezone: string;
  sessions: PhaseHours[];
  /** Stretches in which the whole market was halted. */
  halts: readonly LocalHours[];
}

/**
 * All rules of one instrument on one date in one view.
 * @param symbol canonical, today's or a former one.
 * @throws {CalendarRangeError} outside the known calendar of its market.
 * @example rulesOn('300750.SZ', '2020-08-24').limit // { kind: 'band', upPercent: 20, since: '2020-08-24', ... }
 */
export function rulesOn(symbol: string, date: TradeDate, options: RulesOptions = {}): MarketRules {
  const { listDate, preClose, isSameDayFund, ...state } = options;
  const market = marketOf(symbol);
  const listedDays = listDate === undefined ? undefined : listedDaysOn(symbol, listDate, date);
  const query = { symbol, date, ...state, ...(listedDays !== undefined && { listedDays }) };
  return {
    symbol,
    date,
    tradedAs: resolveAlias(symbol, date),
    exchange: exchangeOf(symbol),
    market,
    board: boardOf(symbol),
    kind: kindOf(symbol),
    isTradingDay: isTradingDay(date, market),
    listedDays,
    limit: limitRule(query),
    limitPrices: preClose === undefined ? undefined : priceLimits({ ...query, preClose }),
    tick: priceTick(symbol),
    priceCage: priceCageRule(symbol, date),
    lots: ifKnown(() => lotRule(symbol, date)),
    settlement: settlementRule({ symbol, date, ...(isSameDayFund !== undefined && { isSameDayFund }) }),
    fees: ifKnown(() => feeRates(symbol, date)),
    timezone: TIMEZONES[market],
    sessions: daySchedule(symbol, date),
    halts: market === 'CN' ? tradingHalts(date) : [],
  };
}

/** The rule modules throw where they know of no rule. */
function ifKnown<T>(rule: () => T): T | undefined {
  try {
    return rule();
  } catch (error) {
    if (error instanceof RangeError || error instanceof RuleDateError) return undefined;
    throw error;
  }
}
