import { shanghaiMs } from '../calendar/instant.ts';
import { DAY_MS, fromDayNumber, monthKey, toDayNumber, toTradeDate, weekKey } from '../calendar/trade-date.ts';
import { periodBarEnd } from '../sessions/minute-label.ts';
import { isMinutePeriod, minutesOf, type Period } from '../sessions/period.ts';
import type { Bar } from './bar.ts';

/**
 * Longer bars from shorter ones: minutes to 5m, 15m, 30m, 60m, and days to weeks and months.
 *
 * Open of the first, close of the last, extremes, sums. A week or month is dated by its last bar. A bar is final
 * when all its parts are and its time is over, as a later bar or the watermark shows.
 * @param bars of one symbol and one period, in order of time.
 * @param watermarkMs the event time reached; past everything unless given.
 * @throws {RangeError} when such bars cannot make the period, or are mixed or out of order.
 */
export function aggregateBars(bars: readonly Bar[], period: Period, watermarkMs = Number.POSITIVE_INFINITY): Bar[] {
  const first = bars[0];
  if (!first) return [];
  const groupEnd = grouping(first.period, period);
  const groups: Bar[] = [];
  let group: Bar | undefined;
  let end = Number.NEGATIVE_INFINITY;
  let previous: Bar | undefined;
  for (const bar of bars) {
    checkSequence(bar, previous ?? first, previous !== undefined);
    previous = bar;
    const barGroupEnd = groupEnd(bar.ts);
    if (group && barGroupEnd === end) {
      extend(group, bar, isMinutePeriod(period) ? end : bar.ts);
      continue;
    }
    group = { ...bar, period, ts: isMinutePeriod(period) ? barGroupEnd : bar.ts };
    end = barGroupEnd;
    groups.push(group);
  }
  if (group && end > watermarkMs) group.final = false;
  return groups;
}

function extend(group: Bar, bar: Bar, ts: number): void {
  group.ts = ts;
  group.high = Math.max(group.high, bar.high);
  group.low = Math.min(group.low, bar.low);
  group.close = bar.close;
  group.volume += bar.volume;
  group.amount += bar.amount;
  group.final = group.final && bar.final;
}

/** The function from a bar's `ts` to the instant its group ends. */
function grouping(from: Period, to: Period): (ts: number) => number {
  if (isMinutePeriod(from) && isMinutePeriod(to) && minutesOf(to) % minutesOf(from) === 0) {
    return (ts) => periodBarEnd(ts, to);
  }
  if (from === '1d' && to === '1w') return weekEnd;
  if (from === '1d' && to === '1M') return monthEnd;
  throw new RangeError(`expected minute bars for longer minute bars or 1d for 1w and 1M, was ${from} for ${to}`);
}

function weekEnd(ts: number): number {
  return shanghaiMs(weekKey(toTradeDate(ts))) + 7 * DAY_MS;
}

function monthEnd(ts: number): number {
  const inNextMonth = toDayNumber(`${monthKey(toTradeDate(ts))}-01`) + 31;
  return shanghaiMs(`${monthKey(fromDayNumber(inNextMonth))}-01`);
}

function checkSequence(bar: Bar, previous: Bar, hasPrevious: boolean): void {
  if (bar.symbol !== previous.symbol || bar.period !== previous.period) {
    throw new RangeError(
      `expected bars of ${previous.symbol} ${previous.period} only, was ${bar.symbol} ${bar.period} among them`,
    );
  }
  if (hasPrevious && bar.ts <= previous.ts) {
    throw new RangeError(`expected bars in order of time, was ${bar.ts} after ${previous.ts}`);
  }
}
