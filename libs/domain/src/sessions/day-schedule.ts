import type { TradeDate } from '../calendar/trade-date.ts';
import { isTradingDay } from '../calendar/trading-calendar.ts';
import { marketOf } from '../symbols/board.ts';
import { type LocalHours, localTradingHours } from './market-hours.ts';
import {
  afterHoursSince,
  closingAuctionSince,
  hasAfterHours,
  hasClosingAuction,
  type TradingPhase,
} from './trading-phase.ts';

/** A phase of a session in the market's own time of day, start included. */
export interface PhaseHours extends LocalHours {
  phase: TradingPhase;
  /** The first date the symbol has had this phase, where it was not from the start. */
  since?: TradeDate;
}

/**
 * The phases in which a symbol can be dealt in on a date, in order; on the mainland by the timetable in force since
 * 2006-07-01, elsewhere the hours of continuous trading.
 * @returns none on a day without a session.
 * @throws {CalendarRangeError} outside the known calendar.
 */
export function daySchedule(symbol: string, date: TradeDate): PhaseHours[] {
  const market = marketOf(symbol);
  if (market !== 'CN') {
    return localTradingHours(date, market).map((hours) => ({ phase: 'continuous', ...hours }));
  }
  if (!isTradingDay(date)) return [];
  const hasAuction = hasClosingAuction(symbol, date);
  const phases: PhaseHours[] = [
    { phase: 'opening-auction', start: '09:15', end: '09:25' },
    { phase: 'continuous', start: '09:30', end: '11:30' },
    { phase: 'continuous', start: '13:00', end: hasAuction ? '14:57' : '15:00' },
  ];
  if (hasAuction) {
    phases.push({ phase: 'closing-auction', start: '14:57', end: '15:00', since: closingAuctionSince(symbol) });
  }
  const since = afterHoursSince(symbol);
  if (since !== undefined && hasAfterHours(symbol, date)) {
    phases.push({ phase: 'after-hours', start: '15:05', end: '15:30', since });
  }
  return phases;
}
