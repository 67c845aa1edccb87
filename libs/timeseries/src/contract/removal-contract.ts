import { expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import type { SeriesRow, TimeSeriesStore } from '../time-series-store.ts';
import { BEFORE_MIDNIGHT_MS, newRow, newSeries, prepared, SYMBOL } from './contract-series.ts';

const DAY_MS = 86_400_000;
const EVERYTHING = { limit: 1_000 };

/** How a store lets go of rows. */
export function describeRemoval(openStore: () => TimeSeriesStore): void {
  it('removes the rows of the range and no others', async () => {
    const { store, series, rows, others } = await filled(openStore);
    const [from, to] = [rows[4] as SeriesRow, rows[15] as SeriesRow];

    await store.remove(series, { symbol: SYMBOL, from: from.ts, to: to.ts });

    const kept = rows.filter((row) => row.ts < from.ts || row.ts >= to.ts);
    expect(kept).toHaveLength(20);
    expect(await store.read(series, { symbol: SYMBOL, ...EVERYTHING })).toEqual(kept);
    expect(await store.read(series, { symbol: '000001.SZ', ...EVERYTHING })).toEqual(others);
  });

  it('removes nothing from an empty range, and nothing of an unknown symbol', async () => {
    const { store, series, rows } = await filled(openStore);
    await store.remove(series, { symbol: SYMBOL, from: BEFORE_MIDNIGHT_MS, to: BEFORE_MIDNIGHT_MS });
    await store.remove(series, { symbol: '999999.SH', from: 0, to: BEFORE_MIDNIGHT_MS * 2 });
    expect(await store.read(series, { symbol: SYMBOL, ...EVERYTHING })).toEqual(rows);
  });

  it('knows nothing more of a symbol whose rows are all removed, and takes them again', async () => {
    const { store, series, rows, others } = await filled(openStore);
    const last = rows.at(-1) as SeriesRow;
    await store.remove(series, { symbol: SYMBOL, from: BEFORE_MIDNIGHT_MS, to: last.ts + 1 });

    expect(await store.symbols(series)).toEqual(['000001.SZ']);
    expect(await store.span(series, SYMBOL)).toBeUndefined();
    expect(await store.latest(series, [SYMBOL, '000001.SZ'])).toEqual(others.slice(-1));
    expect(await store.write(series, rows)).toEqual({ inserted: rows.length, amended: 0, unchanged: 0 });
    expect(await store.read(series, { symbol: SYMBOL, ...EVERYTHING })).toEqual(rows);
  });

  it('retires what is past the retention of its series, and nothing else', async () => {
    const now = BEFORE_MIDNIGHT_MS;
    const kept = newSeries();
    const { store, series, definition } = await prepared(openStore, newSeries({ retentionDays: 30 }));
    await store.prepare([definition, kept]);
    const inside = [newRow({ ts: now - 29 * DAY_MS }), newRow({ ts: now }), newRow({ ts: now + DAY_MS })];
    const past = [newRow({ ts: now - 400 * DAY_MS }), newRow({ ts: now - 100 * DAY_MS })];
    for (const name of [series, kept.name]) await store.write(name, [...past, ...inside]);

    const dropped = await store.retire(now);

    expect(dropped.filter((line) => line.includes(kept.name))).toEqual([]);
    await waitUntil(async () => (await store.span(series, SYMBOL))?.first === inside[0]?.ts);
    expect(await store.read(series, { symbol: SYMBOL, ...EVERYTHING })).toEqual(inside);
    expect(await store.read(kept.name, { symbol: SYMBOL, ...EVERYTHING })).toEqual([...past, ...inside]);

    await store.retire(now);
    await store.write(series, [newRow({ ts: now + 1 })]);
    expect(await store.read(series, { symbol: SYMBOL, ...EVERYTHING })).toHaveLength(inside.length + 1);
  });
}

/** 31 rows of each of two symbols, 8 hours apart. */
async function filled(openStore: () => TimeSeriesStore) {
  const { store, series } = await prepared(openStore);
  const rows = Array.from({ length: 31 }, (_, i) =>
    newRow({ ts: BEFORE_MIDNIGHT_MS + i * (DAY_MS / 3), seq: i, lastPrice: i }),
  );
  const others = rows.map((row) => newRow({ ...row, symbol: '000001.SZ' }));
  await store.write(series, [...rows, ...others]);
  return { store, series, rows, others };
}
