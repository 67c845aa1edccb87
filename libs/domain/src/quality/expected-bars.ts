import { shanghaiMs } from '../calendar/instant.ts';
import type { TradeDate } from '../calendar/trade-date.ts';
import { minuteBarEnds, periodBarEnd } from '../sessions/minute-label.ts';
import type { MinutePeriod } from '../sessions/period.ts';
import { isHaltedMinute } from '../sessions/trading-halts.ts';
import { hasClosingAuction } from '../sessions/trading-phase.ts';
import { marketOf } from '../symbols/board.ts';

/** How a day's one-minute bars are laid out: with a bar of the opening auction at 09:30, or with it in 09:31. */
export type MinuteRows = 241 | 240;

/**
 * The labels of the minute bars a full mainland session has. Minutes in which nothing can trade are left out: 14:58
 * and 14:59 where a closing auction runs, and those the circuit breaker halted.
 * @returns ms since the epoch; none on a day without a session, and none for Hong Kong and New York.
 */
export function expectedBarEnds(
  symbol: string,
  date: TradeDate,
  period: MinutePeriod = '1m',
  rows: MinuteRows = 241,
): number[] {
  if (marketOf(symbol) !== 'CN') return [];
  const quiet = hasClosingAuction(symbol, date) ? [shanghaiMs(date, '14:58'), shanghaiMs(date, '14:59')] : [];
  const minutes = minuteBarEnds(date)
    .slice(rows === 241 ? 0 : 1)
    .filter((end) => !quiet.includes(end) && !isHaltedMinute(end, date));
  return [...new Set(minutes.map((end) => periodBarEnd(end, period)))];
}

/** Neighbours of a list that are missing, as one stretch. */
export interface MissingRun<T> {
  first: T;
  last: T;
  count: number;
}

/** The stretches of expected values that were not found. */
export function missingRuns<T>(expected: readonly T[], found: ReadonlySet<T>): MissingRun<T>[] {
  const runs: MissingRun<T>[] = [];
  let run: MissingRun<T> | undefined;
  for (const value of expected) {
    if (found.has(value)) {
      run = undefined;
    } else if (run) {
      run.last = value;
      run.count++;
    } else {
      run = { first: value, last: value, count: 1 };
      runs.push(run);
    }
  }
  return runs;
}
