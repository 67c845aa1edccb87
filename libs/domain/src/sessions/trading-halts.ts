import { shanghaiMs } from '../calendar/instant.ts';
import { MINUTE_MS, type TradeDate } from '../calendar/trade-date.ts';
import type { LocalHours } from './market-hours.ts';

/**
 * When the index circuit breaker of 2016 stopped all mainland trading: 15 minutes at 5 %, to the close at 7 %. The
 * press gives the minutes within one of each other; these are the later ones.
 */
const CIRCUIT_BREAKER_HALTS: Readonly<Record<TradeDate, readonly LocalHours[]>> = {
  '2016-01-04': [
    { start: '13:13', end: '13:28' },
    { start: '13:34', end: '15:00' },
  ],
  '2016-01-07': [
    { start: '09:43', end: '09:57' },
    { start: '10:00', end: '15:00' },
  ],
};

/** The stretches of a mainland session in which nothing could trade. */
export function tradingHalts(date: TradeDate): readonly LocalHours[] {
  return CIRCUIT_BREAKER_HALTS[date] ?? [];
}

/** Whether the whole minute that ends at an instant was halted. */
export function isHaltedMinute(minuteEnd: number, date: TradeDate): boolean {
  return tradingHalts(date).some(
    ({ start, end }) => minuteEnd - MINUTE_MS >= shanghaiMs(date, start) && minuteEnd <= shanghaiMs(date, end),
  );
}
