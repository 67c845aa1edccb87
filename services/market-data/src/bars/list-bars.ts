import { aggregateBars, type Bar, type Period } from '@quotefleet/domain';
import type { TimeSeriesStore } from '@quotefleet/timeseries';
import type { TimeRange } from '../time-range.ts';
import { type BaseQuery, partBars, storedBars } from './base-bars.ts';
import { isMinutes, periodStart, widen } from './periods.ts';

export interface ListBarsQuery extends TimeRange {
  symbol: string;
  period: Period;
  limit: number;
  /** Only bars later than this one's `ts`. */
  after?: number | undefined;
  /** A week or month that ends later may still change. */
  now: number;
}

export interface BarList {
  bars: Bar[];
  /** Whether bars of the range follow. */
  more: boolean;
}

/**
 * Bars of a range, oldest first; without a start the last ones before the end. Periods above 1m and 1d are those that a
 * vendor gave, and where it gave none are built from 1m or 1d, each from all of its parts even where the range cuts
 * through it: a week or month belongs to the range when any day of it does, a minute period when its end does.
 */
export async function listBars(store: TimeSeriesStore, query: ListBarsQuery): Promise<BarList> {
  const { period, limit, symbol, after } = query;
  const forward = query.from !== undefined || after !== undefined;
  const base: BaseQuery = { symbol, period, forward, after, limit, ...widen(query) };
  const collect = (chunks: AsyncGenerator<Bar[]>, build: (rows: Bar[]) => Bar[]) =>
    collectBars(chunks, { build, forward, limit, keep: keepInside(query) });
  if (period === '1m' || period === '1d') return toList(await collect(storedBars(store, base), (rows) => rows), query);
  const [given, built] = await Promise.all([
    collect(storedBars(store, base), (rows) => rows),
    collect(partBars(store, base), (rows) => aggregateBars(rows, period, query.now)),
  ]);
  return toList(mergeBars(built, given), query);

  function toList(bars: Bar[], { limit: most }: ListBarsQuery): BarList {
    if (bars.length <= most) return { bars, more: false };
    return { bars: forward ? bars.slice(0, most) : bars.slice(-most), more: forward };
  }
}

interface CollectOptions {
  build: (rows: Bar[]) => Bar[];
  keep: (bars: readonly Bar[]) => Bar[];
  forward: boolean;
  limit: number;
}

/** One bar more than the limit, where there are so many: the one at the open end may still lack parts. */
async function collectBars(
  chunks: AsyncGenerator<Bar[]>,
  { build, keep, forward, limit }: CollectOptions,
): Promise<Bar[]> {
  const rows: Bar[] = [];
  for await (const chunk of chunks) {
    if (forward) rows.push(...chunk);
    else rows.unshift(...chunk);
    const bars = keep(build(rows));
    if (bars.length > limit) return forward ? bars.slice(0, limit + 1) : bars.slice(-limit - 1);
  }
  return keep(build(rows));
}

/** Drops minute bars that only the widening brought in, and what a cursor has passed. */
function keepInside({ period, from, to, after }: ListBarsQuery): (bars: readonly Bar[]) => Bar[] {
  const cutsDays = isMinutes(period);
  return (bars) =>
    bars.filter(
      ({ ts }) =>
        (after === undefined || ts > after) &&
        (!cutsDays || ((from === undefined || ts >= from) && (to === undefined || ts < to))),
    );
}

/** Both in order of time; a vendor's bar goes before the one built of the same time. */
function mergeBars(built: readonly Bar[], given: readonly Bar[]): Bar[] {
  if (given.length === 0) return [...built];
  const slot = ({ ts, period }: Bar) => (isMinutes(period) ? ts : periodStart(ts, period));
  const taken = new Set(given.map(slot));
  return [...built.filter((bar) => !taken.has(slot(bar))), ...given].sort((a, b) => a.ts - b.ts);
}
