import { type Period, shanghaiMs, toTradeDate } from '@quotefleet/domain';
import type { TimeRange } from '../time-range.ts';

export const DAY_MS = 86_400_000;

export function isMinutes(period: Period): boolean {
  return period.endsWith('m');
}

/** The range in which the parts of every bar that touches a range lie: whole days, weeks or months. */
export function widen({ period, from, to }: TimeRange & { period: Period }): TimeRange {
  if (period === '1m' || period === '1d') return { from, to };
  return {
    from: from === undefined ? undefined : periodStart(from, period),
    to: to === undefined ? undefined : periodEnd(to - 1, period),
  };
}

/** Start of the day, week or month that an instant lies in. */
export function periodStart(ms: number, period: Period): number {
  const day = shanghaiMs(toTradeDate(ms), '00:00:00');
  if (period === '1w') return day - daysSinceMonday(ms) * DAY_MS;
  if (period === '1M') return shanghaiMs(`${toTradeDate(ms).slice(0, 7)}-01`, '00:00:00');
  return day;
}

function periodEnd(ms: number, period: Period): number {
  const start = periodStart(ms, period);
  if (period === '1w') return start + 7 * DAY_MS;
  // 32 days past the first of a month lie in the next one.
  if (period === '1M') return periodStart(start + 32 * DAY_MS, '1M');
  return start + DAY_MS;
}

function daysSinceMonday(ms: number): number {
  return (new Date(`${toTradeDate(ms)}T00:00:00Z`).getUTCDay() + 6) % 7;
}
