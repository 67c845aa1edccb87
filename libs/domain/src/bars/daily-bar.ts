import { shanghaiTimeOfDayMs } from '../calendar/instant.ts';
import { AFTER_HOURS_START } from '../sessions/session-times.ts';
import type { Bar, Tick } from './bar.ts';

/**
 * The day's bar from a snapshot's own day fields; `final` from 15:05 on, when the close can change no more.
 * @returns undefined while nothing has traded: a suspended day has no bar.
 */
export function dailyBarFromTick(tick: Tick): Bar | undefined {
  if (tick.open <= 0 || tick.last <= 0) return undefined;
  const time = shanghaiTimeOfDayMs(tick.ts);
  return {
    symbol: tick.symbol,
    period: '1d',
    ts: tick.ts - time,
    open: tick.open,
    high: tick.high,
    low: tick.low,
    close: tick.last,
    volume: tick.volume,
    amount: tick.amount,
    final: time >= AFTER_HOURS_START,
  };
}
