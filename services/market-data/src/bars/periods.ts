import { isMinutePeriod, monthKey, type Period, shanghaiMs, toTradeDate, weekKey } from '@quotefleet/domain';
import { DAY_MS } from '../reading/dates.ts';
import type { TimeRange } from '../time-range.ts';

/** Periods whose bars may be built from shorter ones. */
export type BuiltPeriod = Exclude<Period, '1m' | '1d'>;

export function isBuilt(period: Period): period is BuiltPeriod {
  return period !== '1m' && period !== '1d';
}

/** The range in which the parts of every bar that touches a range lie: whole days, weeks or months. */
export function widen({ from, to }: TimeRange, period: BuiltPeriod): TimeRange {
  return {
    from: from === undefined ? undefined : periodStart(from, period),
    to: to === undefined ? undefined : periodEnd(to - 1, period),
  };
}

/** Start of the week or month that an instant lies in; of its day for minute periods. */
export function periodStart(ms: number, period: BuiltPeriod): number {
  const date = toTradeDate(ms);
  if (period === '1w') return shanghaiMs(weekKey(date));
  if (period === '1M') return shanghaiMs(`${monthKey(date)}-01`);
  return shanghaiMs(date);
}

function periodEnd(ms: number, period: BuiltPeriod): number {
  const start = periodStart(ms, period);
  if (period === '1w') return start + 7 * DAY_MS;
  // 32 days past the first of a month lie in the next one.
  if (period === '1M') return periodStart(start + 32 * DAY_MS, '1M');
  return start + DAY_MS;
}

/** The last instant that the bar dated `ts` takes in: a week or month may be dated by any of its days. */
export function lastInstantOf(ts: number, period: Period): number {
  return isBuilt(period) && !isMinutePeriod(period) ? periodEnd(ts, period) - 1 : ts;
}
