import { aggregateBars, type Bar, isMinutePeriod, type Period, shanghaiMs, type TradeDate } from '@quotefleet/domain';
import type { TimeSeriesStore } from '@quotefleet/timeseries';
import type { TimeRange } from '../time-range.ts';
import { type BaseQuery, partBars, storedBars } from './base-bars.ts';
import { type BuiltPeriod, isBuilt, lastInstantOf, periodStart, widen } from './periods.ts';

/** Makes prices comparable over ex-dates. */
export interface BarAdjustment {
  apply(bars: Bar[]): Bar[];
  /** Days before and after which prices are of another basis. */
  exDates: readonly TradeDate[];
}

export interface ListBarsQuery extends TimeRange {
  symbol: string;
  period: Period;
  limit: number;
  /** Only bars later than this one's `ts`. */
  after?: number | undefined;
  /** From the first bar on although there is no start. */
  fromFirst?: boolean | undefined;
  /** None where absent. */
  adjustment?: BarAdjustment | undefined;
  /** A week or month that ends later may still change. */
  now: number;
}

export interface BarList {
  bars: Bar[];
  /** Whether bars of the range follow. */
  more: boolean;
}

const AS_TRADED: BarAdjustment = { apply: (bars) => bars, exDates: [] };

/**
 * Bars of a range, oldest first; without a start the last ones before the end. Periods above 1m and 1d are those that a
 * vendor gave, and where it gave none are built from 1m or 1d, each from all of its parts even where the range cuts
 * through it: a week or month belongs to the range when any day of it does, a minute period when its end does.
 */
export async function listBars(store: TimeSeriesStore, query: ListBarsQuery): Promise<BarList> {
  const { period, limit, symbol, now, adjustment = AS_TRADED } = query;
  const after = query.after === undefined ? undefined : lastInstantOf(query.after, period);
  const forward = isForward(query);
  const range = { from: query.from, to: query.to };
  const base: BaseQuery = { symbol, forward, after, limit, ...(isBuilt(period) ? widen(range, period) : range) };
  const options: CollectOptions = { build: adjustment.apply, keep: keepInside(query, after), forward, limit };
  if (!isBuilt(period)) return toList(await collectBars(storedBars(store, period, base), options), options);
  const build = (parts: Bar[]) => aggregateBars(adjustment.apply(parts), period, now);
  const [given, built] = await Promise.all([
    collectBars(storedBars(store, period, base), options),
    collectBars(partBars(store, period, base), { ...options, build }),
  ]);
  return toList(mergeBars(built, given, { period, exDates: adjustment.exDates }), options);
}

/** Whether a query's page begins at a start, rather than ends at the end. */
export function isForward({ from, after, fromFirst }: Pick<ListBarsQuery, 'from' | 'after' | 'fromFirst'>): boolean {
  return from !== undefined || after !== undefined || fromFirst === true;
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
  let rows: Bar[] = [];
  let bars: Bar[] = [];
  for await (const chunk of chunks) {
    rows = forward ? rows.concat(chunk) : chunk.concat(rows);
    bars = keep(build(rows));
    if (bars.length > limit) return forward ? bars.slice(0, limit + 1) : bars.slice(-limit - 1);
  }
  return bars;
}

/** Drops minute bars that only the widening brought in, and what a cursor has passed. */
function keepInside({ period, from, to }: ListBarsQuery, after: number | undefined): CollectOptions['keep'] {
  const [first, end] = isMinutePeriod(period) ? [from ?? -Infinity, to ?? Infinity] : [-Infinity, Infinity];
  return (bars) => bars.filter(({ ts }) => (after === undefined || ts > after) && ts >= first && ts < end);
}

/**
 * Both in order of time; a vendor's bar goes before the one built of the same time. But within a week or month that an
 * ex-date cuts, only days can be adjusted.
 */
function mergeBars(
  built: readonly Bar[],
  given: readonly Bar[],
  { period, exDates }: { period: BuiltPeriod; exDates: readonly TradeDate[] },
): Bar[] {
  const slotOf = ({ ts }: Bar) => (isMinutePeriod(period) ? ts : periodStart(ts, period));
  const slots = new Map(built.map((bar) => [slotOf(bar), bar]));
  const cut = new Set(isMinutePeriod(period) ? [] : exDates.map((date) => periodStart(shanghaiMs(date), period)));
  for (const bar of given) if (!(cut.has(slotOf(bar)) && slots.has(slotOf(bar)))) slots.set(slotOf(bar), bar);
  return [...slots.values()].sort((a, b) => a.ts - b.ts);
}

function toList(bars: Bar[], { forward, limit }: CollectOptions): BarList {
  if (bars.length <= limit) return { bars, more: false };
  return { bars: forward ? bars.slice(0, limit) : bars.slice(-limit), more: forward };
}
