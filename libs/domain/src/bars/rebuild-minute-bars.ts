import { dayNumberAt } from '../calendar/trade-date.ts';
import { minuteBarEnd } from '../sessions/minute-label.ts';
import type { Bar, Tick } from './bar.ts';
import {
  amountBetween,
  DAY_START,
  type DayState,
  hasTraded,
  highSince,
  lowSince,
  openingPrice,
  stateAfter,
} from './day-state.ts';

/**
 * The one-minute bars of one symbol from its stored snapshots.
 * @param ticks in order of (ts, seq); they may span days.
 * @param previousTick the last snapshot before them; one of an earlier day counts as none.
 * @param watermarkMs bars that end later are marked as not final.
 */
export function rebuildMinuteBars(
  ticks: readonly Tick[],
  previousTick?: Tick,
  watermarkMs = Number.POSITIVE_INFINITY,
): Bar[] {
  const bars: Bar[] = [];
  let state: Readonly<DayState> = stateAfter(previousTick);
  let day = previousTick ? dayNumberAt(previousTick.ts) : Number.NEGATIVE_INFINITY;
  let bar: Bar | undefined;
  let before = state;
  for (const tick of ticks) {
    const tickDay = dayNumberAt(tick.ts);
    if (tickDay > day) {
      day = tickDay;
      state = DAY_START;
    }
    const minuteEnd = minuteBarEnd(tick.ts);
    if (minuteEnd === undefined || !hasTraded(state, tick)) continue;
    if (bar?.ts !== minuteEnd) {
      bar = startBar(tick, minuteEnd, openingPrice(state, tick), minuteEnd <= watermarkMs);
      bars.push(bar);
      before = state;
    }
    bar.high = Math.max(bar.high, highSince(state, tick));
    bar.low = Math.min(bar.low, lowSince(state, tick));
    bar.close = tick.last;
    bar.volume = tick.volume - before.volume;
    bar.amount = amountBetween(before.amount, tick.amount);
    state = tick;
  }
  return bars;
}

function startBar(tick: Tick, ts: number, open: number, final: boolean): Bar {
  const prices = { open, high: open, low: open, close: open };
  return { symbol: tick.symbol, period: '1m', ts, ...prices, volume: 0, amount: 0, final };
}
