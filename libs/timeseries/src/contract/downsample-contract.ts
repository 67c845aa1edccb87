import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DownsampleQuery, SeriesRow, TimeSeriesStore } from '../time-series-store.ts';
import { type BarRow, BEFORE_MIDNIGHT_MS, newBar, newBarSeries, prepared, SYMBOL } from './contract-series.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** 2026-11-20 09:30 in Shanghai. */
const OPEN_MS = Date.UTC(2026, 10, 20, 1, 30);

/** How a store makes bars from bars of a shorter period. */
export function describeDownsampling(openStore: () => TimeSeriesStore): void {
  it('makes one bar of those after the end of the bucket before, up to its own end', async () => {
    const { store, series } = await prepared(openStore, newBarSeries());
    await store.write(series, [
      minuteBar(0, { open: 10, high: 10, low: 10, close: 10, volume: 1, amount: 10 }),
      minuteBar(1, { open: 11, high: 13, low: 10.5, close: 12, volume: 200, amount: 2_300.5 }),
      minuteBar(3, { open: 12.5, high: 12.75, low: 9, close: 9.5, volume: 300, amount: 3_300 }),
      minuteBar(5, { open: 9.25, high: 12, low: 9.25, close: 11, volume: 400, amount: 4_100, final: false }),
      minuteBar(6, { open: 20, high: 21, low: 19, close: 20.5, volume: 0, amount: 0 }),
    ]);

    const query = { symbol: SYMBOL, from: OPEN_MS, to: OPEN_MS + DAY_MS, everyMs: 5 * MINUTE_MS };
    expect(await store.downsample(series, query)).toEqual([
      minuteBar(0, { open: 10, high: 10, low: 10, close: 10, volume: 1, amount: 10 }),
      minuteBar(5, { open: 11, high: 13, low: 9, close: 11, volume: 900, amount: 9_700.5, final: false }),
      minuteBar(10, { open: 20, high: 21, low: 19, close: 20.5, volume: 0, amount: 0 }),
    ]);
  });

  it('makes one bar of all days of a bucket', async () => {
    const { store, series } = await prepared(openStore, newBarSeries());
    const rows = Array.from({ length: 6 }, (_, day) =>
      newBar({ ts: BEFORE_MIDNIGHT_MS + day * DAY_MS, open: day, close: day + 0.5, high: 50 + day, low: -day }),
    );
    await store.write(series, rows);

    const everyMs = 400 * DAY_MS;
    const query = { symbol: SYMBOL, from: BEFORE_MIDNIGHT_MS, to: BEFORE_MIDNIGHT_MS + 5 * DAY_MS, everyMs };
    const ts = Math.ceil(BEFORE_MIDNIGHT_MS / everyMs) * everyMs;
    const values = { open: 0, close: 4.5, high: 54, low: -4, volume: 1_500, amount: 15_000 };
    expect(await store.downsample(series, query)).toEqual([newBar({ ts, ...values })]);
  });

  it('makes nothing of an empty range, of an unknown symbol and of an empty series', async () => {
    const { store, series } = await prepared(openStore, newBarSeries());
    const query = { symbol: SYMBOL, from: OPEN_MS, to: OPEN_MS + DAY_MS, everyMs: MINUTE_MS };
    expect(await store.downsample(series, query)).toEqual([]);
    await store.write(series, [minuteBar(1)]);
    expect(await store.downsample(series, { ...query, to: OPEN_MS })).toEqual([]);
    expect(await store.downsample(series, { ...query, from: OPEN_MS + 2 * MINUTE_MS })).toEqual([]);
    expect(await store.downsample(series, { ...query, symbol: '999999.SH' })).toEqual([]);
  });

  it('makes of any bars, ranges and widths what a loop over the rows would', async () => {
    const { store, series } = await prepared(openStore, newBarSeries());
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(bar, { minLength: 1, maxLength: 60 }), range, widths, async (bars, bounds, everyMs) => {
        const symbols = [`a${runs}.SH`, `b${runs++}.SH`] as const;
        const byKey = new Map(bars.map(({ isFirst, ...values }) => [`${isFirst} ${values.ts}`, { isFirst, values }]));
        const rows = [...byKey.values()].map(({ isFirst, values }) =>
          newBar({ ...values, symbol: symbols[isFirst ? 0 : 1] }),
        );
        await store.write(series, rows);
        for (const symbol of symbols) {
          const query = { symbol, ...bounds, everyMs };
          expect(await store.downsample(series, query)).toEqual(inPlainTypeScript(rows, query));
        }
      }),
      { numRuns: 25 },
    );
  });
}

function minuteBar(minute: number, values: Partial<BarRow> = {}): BarRow {
  return newBar({ ts: OPEN_MS + minute * MINUTE_MS, ...values });
}

/** Binary fractions: their sums are the same in any order. */
const price = fc.integer({ min: 1, max: 40_000 }).map((quarters) => quarters / 4);
const time = fc.integer({ min: 0, max: 4 * 24 * 60 }).map((minute) => OPEN_MS + minute * MINUTE_MS);
const bar = fc.record({
  isFirst: fc.boolean(),
  ts: fc.oneof(
    time,
    fc.nat(60).map((minute) => OPEN_MS + minute * MINUTE_MS),
  ),
  open: price,
  high: price,
  low: price,
  close: price,
  volume: fc.nat(1e9),
  amount: price,
  final: fc.boolean(),
});
const range = fc.oneof(
  fc.constant({ from: OPEN_MS, to: OPEN_MS + 5 * DAY_MS }),
  fc.tuple(time, time).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) })),
);
const widths = fc.constantFrom(1, 5, 7, 30, 60, 24 * 60, 3 * 24 * 60).map((minutes) => minutes * MINUTE_MS);

function inPlainTypeScript(rows: readonly BarRow[], { symbol, from, to, everyMs }: DownsampleQuery): SeriesRow[] {
  const buckets = new Map<number, BarRow>();
  const inRange = rows.filter((row) => row.symbol === symbol && row.ts >= from && row.ts < to);
  for (const row of inRange.sort((a, b) => a.ts - b.ts)) {
    const ts = Math.ceil(row.ts / everyMs) * everyMs;
    const bucket = buckets.get(ts);
    if (!bucket) {
      buckets.set(ts, { ...row, ts });
      continue;
    }
    bucket.high = Math.max(bucket.high, row.high);
    bucket.low = Math.min(bucket.low, row.low);
    bucket.close = row.close;
    bucket.volume += row.volume;
    bucket.amount += row.amount;
    bucket.final &&= row.final;
  }
  return [...buckets.values()];
}
