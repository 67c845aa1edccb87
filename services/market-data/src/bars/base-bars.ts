import { type Bar, isMinutePeriod, type Period } from '@quotefleet/domain';
import type { ReadQuery, SeriesRow, TimeSeriesStore } from '@quotefleet/timeseries';
import { DAY_MS } from '../reading/dates.ts';
import { rowToBar } from '../series/rows.ts';
import { barTable, MINUTE_BARS } from '../series/series.ts';
import type { TimeRange } from '../time-range.ts';
import { type BuiltPeriod, periodStart } from './periods.ts';

export interface BaseQuery extends TimeRange {
  symbol: string;
  /** Oldest first from the start, else newest first from the end. */
  forward: boolean;
  /** Only rows later than this. */
  after?: number | undefined;
  /** Bars wanted; what comes at once is sized by it. */
  limit: number;
}

/** Rows read from the store at once, at most. */
const CHUNK_ROWS_MAX = 10_000;
/** Daily bars that make one bar, at most. */
const DAYS_PER_BAR = { '1w': 5, '1M': 23 };
const MINUTE_MS = 60_000;
/** Sessions begin and end on multiples of half an hour, so no bucket reaches over a break. */
const BUCKET_MINUTES_MAX = 30;
const BUCKETS_PER_DAY = { 5: 49, 15: 17, 30: 9 };

/** The bars of a table in chunks, each oldest first. */
export async function* storedBars(
  store: TimeSeriesStore,
  period: Period,
  { symbol, from, to, forward, after, limit }: BaseQuery,
  rowsPerBar = 1,
): AsyncGenerator<Bar[]> {
  const chunkRows = Math.min(CHUNK_ROWS_MAX, (limit + 1) * rowsPerBar);
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
    const rows: SeriesRow[] = await store.read(barTable(period), query);
    const last = rows.at(-1);
    if (last) {
      const bars = rows.map((row) => rowToBar(row, period));
      yield forward ? bars : bars.reverse();
    }
    if (!last || rows.length < chunkRows) return;
    position = last.ts;
  }
}

/** What bars of a longer period are built from, in chunks, each oldest first and of whole days. */
export function partBars(store: TimeSeriesStore, period: BuiltPeriod, query: BaseQuery): AsyncGenerator<Bar[]> {
  return isMinutePeriod(period)
    ? minuteBuckets(store, Number.parseInt(period, 10), query)
    : storedBars(store, '1d', query, DAYS_PER_BAR[period]);
}

/** Minute bars put together by the database, a window of days after the other. */
async function* minuteBuckets(
  store: TimeSeriesStore,
  periodMinutes: number,
  { symbol, from, to, forward, after, limit }: BaseQuery,
): AsyncGenerator<Bar[]> {
  const span = await store.span(MINUTE_BARS, symbol);
  if (!span) return;
  const minutes = Math.min(periodMinutes, BUCKET_MINUTES_MAX) as keyof typeof BUCKETS_PER_DAY;
  const everyMs = minutes * MINUTE_MS;
  const first = dayOf(Math.max(from ?? span.first, after ?? span.first, span.first));
  const end = Math.min(to ?? Number.POSITIVE_INFINITY, dayOf(span.last) + DAY_MS);
  const tradingDays = Math.ceil(((limit + 1) * (periodMinutes / minutes)) / BUCKETS_PER_DAY[minutes]);
  // Two days of seven are no trading days, and holidays last up to ten.
  let windowMs = (Math.ceil((tradingDays * 7) / 5) + 3) * DAY_MS;
  let [left, right] = [first, end];
  while (left < right) {
    const window = forward
      ? { from: left, to: Math.min(right, left + windowMs) }
      : { from: Math.max(left, right - windowMs), to: right };
    if (forward) left = window.to;
    else right = window.from;
    const rows = await store.downsample(MINUTE_BARS, { symbol, ...window, everyMs });
    if (rows.length > 0) yield rows.map((row) => rowToBar(row, `${minutes}m` as Period));
    // A long suspension is crossed in few steps.
    else windowMs *= 2;
  }
}

function dayOf(ms: number): number {
  return periodStart(ms, '5m');
}
