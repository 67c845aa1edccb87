import { expect, it } from '@jest/globals';
import type { SeriesRow, TimeSeriesStore } from '../time-series-store.ts';
import { BEFORE_MIDNIGHT_MS, newRow, prepared, SYMBOL } from './contract-series.ts';
import { REFUSED_VALUES } from './refused-values.ts';

const EVERYTHING = { symbol: SYMBOL, limit: 100_000 };
const DAY_MS = 86_400_000;

/** How a store takes rows in without counting them. */
export function describeAppends(openStore: () => TimeSeriesStore): void {
  it('stores new rows, into several partitions at once', async () => {
    const { store, series } = await prepared(openStore);
    const full = newRow({ volume: 5, bidPrices: [1.5], bidVolumes: [100, 200], isFinal: true, note: '行' });
    const rows = [full, newRow({ seq: 1 }), newRow({ ts: BEFORE_MIDNIGHT_MS + DAY_MS })];

    await expect(store.append(series, rows.toReversed())).resolves.toBeUndefined();
    expect(await store.read(series, EVERYTHING)).toEqual(rows);
  });

  it('takes an empty append', async () => {
    const { store, series } = await prepared(openStore);
    await store.append(series, []);
    expect(await store.read(series, EVERYTHING)).toEqual([]);
  });

  it('changes nothing when the same rows come again, alone or among new ones', async () => {
    const { store, series } = await prepared(openStore);
    const rows = Array.from({ length: 20 }, (_, seq) => newRow({ seq, volume: seq }));
    await store.append(series, rows.slice(0, 10));

    await store.append(series, rows.slice(0, 10));
    await store.append(series, rows);

    expect(await store.read(series, EVERYTHING)).toEqual(rows);
    expect(await store.write(series, rows)).toEqual({ inserted: 0, amended: 0, unchanged: 20 });
  });

  it('amends the row of the same key, also by taking a value away', async () => {
    const { store, series } = await prepared(openStore);
    await store.append(series, [newRow({ volume: 100, note: 'first', bidPrices: [1] }), newRow({ seq: 1 })]);
    const amended = newRow({ volume: 200 });

    await store.append(series, [amended, newRow({ seq: 2 })]);

    expect(await store.read(series, EVERYTHING)).toEqual([amended, newRow({ seq: 1 }), newRow({ seq: 2 })]);
  });

  it('keeps the last one of a row given twice', async () => {
    const { store, series } = await prepared(openStore);
    await store.append(series, [newRow({ lastPrice: 1 }), newRow({ seq: 1 }), newRow({ lastPrice: 2 })]);
    expect((await store.read(series, EVERYTHING)).map((row) => row.lastPrice)).toEqual([2, 1700.01]);
  });

  it.each(REFUSED_VALUES)('refuses %s, names row and column, and stores no row', async (_, values, column) => {
    const { store, series } = await prepared(openStore);
    const rows = [newRow(), newRow({ seq: 1, ts: BEFORE_MIDNIGHT_MS + DAY_MS }), newRow({ seq: 2, ...values })];

    const refused = store.append(series, rows as SeriesRow[]);

    await expect(refused).rejects.toThrow(TypeError);
    await expect(refused).rejects.toThrow(`${series} row 2, ${column}: expected`);
    expect(await store.read(series, EVERYTHING)).toEqual([]);
  });

  it('takes many rows, and amends them all', async () => {
    const { store, series } = await prepared(openStore);
    const rowsOf = (lastPrice: number) =>
      Array.from({ length: 5_000 }, (_, seq) => newRow({ seq, lastPrice, note: '行'.repeat(seq % 50) }));
    await store.append(series, rowsOf(1));
    await store.append(series, rowsOf(2));
    expect(await store.read(series, EVERYTHING)).toEqual(rowsOf(2));
  });
}
