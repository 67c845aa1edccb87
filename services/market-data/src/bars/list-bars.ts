import { aggregateBars, type Bar, type Period, shanghaiMs, toTradeDate } from '@quotefleet/domain';
import type { ReadQuery, TimeSeriesStore } from '@quotefleet/timeseries';
import { rowToBar } from '../series/rows.ts';
import { DAILY_BARS, MINUTE_BARS } from '../series/series.ts';
import type { TimeRange } from '../time-range.ts';

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

/** Rows read from the store at once, at most. */
const CHUNK_ROWS_MAX = 10_000;
/** Stored rows that make one bar, at most. */
const ROWS_PER_BAR: Record<Period, number> = {
  '1m': 1,
  '5m': 6,
  '15m': 16,
  '30m': 31,
  '60m': 61,
  '1d': 1,
  '1w': 5,
  '1M': 23,
};
const DAY_MS = 86_400_000;

interface Base {
  series: string;
  period: '1m' | '1d';
}

/**
 * Bars of a range, oldest first; without a start the last ones before the end. Periods above the
 * stored 1m and 1d are built from them, each from all of its parts even where the range cuts through it:
 * a week or month belongs to the range when any day of it does, a minute period when its end does.
 */
export async function listBars(store: TimeSeriesStore, query: ListBarsQuery): Promise<BarList> {
  const { period, limit } = query;
  const base = baseOf(period);
  const { from, to } = widen(query);
  const forward = from !== undefined || query.after !== undefined;
  const chunkRows = Math.min(CHUNK_ROWS_MAX, (limit + 1) * ROWS_PER_BAR[period]);
  const reader = { store, base, symbol: query.symbol, from, to, forward, chunkRows };
  const keep = keepInside(query);
  const build = (rows: Bar[]) => keep(period === base.period ? rows : aggregateBars(rows, period, query.now));
  const rows: Bar[] = [];
  for await (const chunk of readChunks(reader, query.after)) {
    if (forward) rows.push(...chunk);
    else rows.unshift(...chunk.reverse());
    const bars = build(rows);
    // The bar at the open end may still lack parts: one more than the page shows that the page is whole.
    if (bars.length > limit) return { bars: forward ? bars.slice(0, limit) : bars.slice(-limit), more: forward };
  }
  return { bars: build(rows), more: false };
}

function baseOf(period: Period): Base {
  return period === '1d' || period === '1w' || period === '1M'
    ? { series: DAILY_BARS.name, period: '1d' }
    : { series: MINUTE_BARS.name, period: '1m' };
}

/** The base rows a range needs so that no bar in it is built from a part of its rows. */
function widen({ period, from, to }: ListBarsQuery): TimeRange {
  if (period === '1m' || period === '1d') return { from, to };
  return {
    from: from === undefined ? undefined : periodStart(from, period),
    to: to === undefined ? undefined : periodEnd(to - 1, period),
  };
}

function periodStart(ms: number, period: Period): number {
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

/** Drops minute bars that only the widening brought in, and what a cursor has passed. */
function keepInside({ period, from, to, after }: ListBarsQuery): (bars: readonly Bar[]) => Bar[] {
  const isMinutes = period.endsWith('m');
  return (bars) =>
    bars.filter(
      ({ ts }) =>
        (after === undefined || ts > after) &&
        (!isMinutes || ((from === undefined || ts >= from) && (to === undefined || ts < to))),
    );
}

interface ChunkReader extends TimeRange {
  store: TimeSeriesStore;
  base: Base;
  symbol: string;
  forward: boolean;
  chunkRows: number;
}

async function* readChunks(
  { store, base, symbol, from, to, forward, chunkRows }: ChunkReader,
  after: number | undefined,
): AsyncGenerator<Bar[]> {
  let position = after;
  for (;;) {
    const query: ReadQuery = {
      symbol,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(position === undefined ? {} : { after: [position] }),
      order: forward ? 'asc' : 'desc',
      limit: chunkRows,
    };
    const rows = await store.read(base.series, query);
    const last = rows.at(-1);
    if (last) yield rows.map((row) => rowToBar(row, base.period));
    if (!last || rows.length < chunkRows) return;
    position = last.ts;
  }
}
