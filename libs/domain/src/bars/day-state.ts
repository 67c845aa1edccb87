import { minuteBarEnd } from '../sessions/minute-label.ts';
import type { Tick } from './bar.ts';

/** Of a day's snapshot what the next one is compared with; all 0 at the day's start. */
export interface DayState {
  volume: number;
  amount: number;
  last: number;
  high: number;
  low: number;
}

export const DAY_START: Readonly<DayState> = Object.freeze({ volume: 0, amount: 0, last: 0, high: 0, low: 0 });

/**
 * What a snapshot leaves for the next. Before the day's open its prices are indications, and before 09:15 its fields
 * may still be the day before's.
 */
export function stateAfter(tick: Tick | undefined): Readonly<DayState> {
  return tick && tick.open > 0 && minuteBarEnd(tick.ts) !== undefined ? tick : DAY_START;
}

/**
 * Whether a snapshot shows trading since the state. A volume below the state's is a stale snapshot; where the day
 * counts no volume (some indices), a moved price after the open is the sign.
 */
export function hasTraded(state: DayState, tick: Tick): boolean {
  if (tick.last <= 0) return false;
  if (tick.volume > state.volume) return true;
  return tick.volume === 0 && state.volume === 0 && tick.open > 0 && tick.last !== state.last;
}

/** The day's first traded price for the first trade, else the price seen. */
export function openingPrice(state: DayState, tick: Tick): number {
  return state.last === 0 && tick.open > 0 ? tick.open : tick.last;
}

/** The highest price since the state: samples miss extremes that the day's own high tells. */
export function highSince(state: DayState, tick: Tick): number {
  return tick.high > state.high && tick.high > tick.last ? tick.high : tick.last;
}

/** The lowest price since the state. */
export function lowSince(state: DayState, tick: Tick): number {
  const advanced = tick.low > 0 && (state.low === 0 || tick.low < state.low);
  return advanced && tick.low < tick.last ? tick.low : tick.last;
}

/** The turnover between two cumulative amounts, in yuan to the thousandth: differences of doubles carry dust. */
export function amountBetween(before: number, after: number): number {
  return after > before ? Math.round((after - before) * 1000) / 1000 : 0;
}
