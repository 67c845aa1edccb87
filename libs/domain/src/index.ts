export { ADJUST_METHODS, type AdjustMethod, adjustBars } from './adjust/adjust-bars.ts';
export { type AdjustFactor, adjustFactors, MissingCloseError } from './adjust/adjust-factors.ts';
export { type CorporateAction, exReferencePrice, type PriceShift } from './adjust/corporate-action.ts';
export { aggregateBars } from './bars/aggregate-bars.ts';
export type { Bar, Tick } from './bars/bar.ts';
export type { BarUpdate, LateTick } from './bars/bar-update.ts';
export { dailyBarFromTick } from './bars/daily-bar.ts';
export { MinuteBarBuilder, type MinuteBarBuilderOptions } from './bars/minute-bar-builder.ts';
export { foldOpeningAuction, OpeningAuctionFold } from './bars/opening-auction-fold.ts';
export { rebuildMinuteBars } from './bars/rebuild-minute-bars.ts';
export { formatShanghai, parseInstant, shanghaiMs } from './calendar/instant.ts';
export { MARKETS, type Market } from './calendar/market-calendar.ts';
export {
  DateError,
  monthKey,
  parseTradeDate,
  SHANGHAI_OFFSET_MS,
  type TradeDate,
  toTradeDate,
  weekKey,
} from './calendar/trade-date.ts';
export {
  CALENDAR_FIRST,
  CALENDAR_LAST,
  CalendarRangeError,
  calendarRange,
  isHalfDay,
  isTradingDay,
  nextTradingDay,
  previousTradingDay,
  tradingDays,
} from './calendar/trading-calendar.ts';
export { type BarCheckContext, checkBars } from './quality/check-bars.ts';
export { checkTicks } from './quality/check-ticks.ts';
export {
  type Completeness,
  type DailyCompletenessQuery,
  dailyCompleteness,
  type MinuteCompletenessQuery,
  minuteCompleteness,
} from './quality/completeness.ts';
export { expectedBarEnds, type MinuteRows } from './quality/expected-bars.ts';
export type { FactsOf, Finding, FindingKind, InstrumentFacts } from './quality/finding.ts';
export { RuleDateError } from './rules/dated-rate.ts';
export { type LimitQuery, type LimitRule, limitRule } from './rules/limit-rule.ts';
export { listedDaysOn } from './rules/listed-days.ts';
export { type LotRule, lotRule } from './rules/lot-rule.ts';
export { type PriceCageQuery, type PriceCageRule, priceCage, priceCageRule } from './rules/price-cage.ts';
export {
  limitRate,
  type PriceLimitQuery,
  type PriceLimits,
  priceLimits,
} from './rules/price-limits.ts';
export { priceTick } from './rules/price-tick.ts';
export { roundHalfUp } from './rules/rounding.ts';
export { type MarketRules, type RulesOptions, rulesOn } from './rules/rules-on.ts';
export { type SettlementQuery, type SettlementRule, settlementRule } from './rules/settlement-rule.ts';
export {
  type FeeRate,
  type FeeRates,
  type FeesQuery,
  feeRates,
  fees,
  type Side,
  type TradeFees,
} from './rules/trade-fees.ts';
export { daySchedule, type PhaseHours } from './sessions/day-schedule.ts';
export {
  type LocalHours,
  localTradingHours,
  type TradingHours,
  tradingHours,
} from './sessions/market-hours.ts';
export { minuteBarEnd, minuteBarEnds, periodBarEnd } from './sessions/minute-label.ts';
export { isMinutePeriod, type MinutePeriod, PERIODS, type Period } from './sessions/period.ts';
export { tradingHalts } from './sessions/trading-halts.ts';
export { hasAfterHours, hasClosingAuction, phaseAt, type TradingPhase } from './sessions/trading-phase.ts';
export { type Board, boardOf, exchangeOf, type InstrumentKind, kindOf, marketOf } from './symbols/board.ts';
export { type FormerSymbol, formerSymbol, resolveAlias } from './symbols/bse-codes.ts';
export type { Exchange } from './symbols/exchange.ts';
export {
  type ParsedSymbol,
  parseSymbol,
  SYMBOL_FORMS,
  SymbolError,
  type SymbolHint,
} from './symbols/parse-symbol.ts';
