import { expect, it } from '@jest/globals';
import type { ReadQuery, SeriesRow, TimeSeriesStore } from '../time-series-store.ts';
import { BEFORE_MIDNIGHT_MS, newRow, newSeries, prepared, SYMBOL } from './contract-series.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How a store gives rows back. */
export function describeReads(openStore: () => TimeSeriesStore): void {
  it('reads by time, ascending unless asked otherwise', async () => {
    const { store, series, rows } = await filled(openStore);
    expect(await store.read(series, { symbol: SYMBOL, limit: 1_000 })).toEqual(rows);
    expect(await store.read(series, { symbol: SYMBOL, limit: 1_000, order: 'desc' })).toEqual(rows.toReversed());
  });

  it('takes from as included and to as excluded', async () => {
    const { store, series, rows } = await filled(openStore);
    const [from, to] = [rows[6] as SeriesRow, rows[15] as SeriesRow];
    const read = await store.read(series, { symbol: SYMBOL, from: from.ts, to: to.ts, limit: 1_000 });
    expect(read).toEqual(rows.filter((row) => row.ts >= from.ts && row.ts < to.ts));
  });

  it('reads nothing from an empty range, an unknown symbol and an empty series', async () => {
    const { store, series } = await filled(openStore);
    const empty = newSeries();
    await store.prepare([empty]);
    const at = BEFORE_MIDNIGHT_MS;
    expect(await store.read(series, { symbol: SYMBOL, from: at, to: at, limit: 10 })).toEqual([]);
    expect(await store.read(series, { symbol: '999999.SH', limit: 10 })).toEqual([]);
    expect(await store.read(empty.name, { symbol: SYMBOL, limit: 10 })).toEqual([]);
    expect(await store.latest(empty.name, [SYMBOL])).toEqual([]);
  });

  it.each(['asc', 'desc'] as const)(
    'pages through rows of equal times without a gap or a double, %s',
    async (order) => {
      const { store, series, rows } = await filled(openStore);
      for (const limit of [1, 2, 7]) {
        const expected = order === 'asc' ? rows : rows.toReversed();
        expect(await readPages(store, series, { symbol: SYMBOL, order, limit })).toEqual(expected);
      }
    },
  );

  it('pages within a range', async () => {
    const { store, series, rows } = await filled(openStore);
    const range = { from: (rows[4] as SeriesRow).ts, to: (rows[20] as SeriesRow).ts };
    const pages = await readPages(store, series, { symbol: SYMBOL, order: 'desc', limit: 5, ...range });
    expect(pages).toEqual(rows.filter((row) => row.ts >= range.from && row.ts < range.to).toReversed());
  });

  it('refuses a place to go on from that is not of the key', async () => {
    const { store, series } = await filled(openStore);
    const after = [BEFORE_MIDNIGHT_MS];
    await expect(store.read(series, { symbol: SYMBOL, after, limit: 10 })).rejects.toThrow('after to be [ts, seq]');
  });

  it('finds the newest row of each symbol, be it in the newest partition or in the oldest', async () => {
    const { store, series, rows } = await filled(openStore);
    const old = newRow({ symbol: '000001.SZ', ts: BEFORE_MIDNIGHT_MS - 400 * DAY_MS, seq: 1 });
    await store.write(series, [newRow({ ...old, seq: 0 }), old]);

    const latest = await store.latest(series, ['000001.SZ', '999999.SH', SYMBOL, SYMBOL]);

    expect(latest.toSorted((a, b) => a.symbol.localeCompare(b.symbol))).toEqual([old, rows.at(-1)]);
    expect(await store.latest(series, [])).toEqual([]);
  });

  it('sees rows that another client wrote into new partitions', async () => {
    const { store, series, definition } = await filled(openStore);
    const other = openStore();
    await other.prepare([definition]);
    const newest = newRow({ ts: BEFORE_MIDNIGHT_MS + 900 * DAY_MS });
    const oldest = newRow({ ts: BEFORE_MIDNIGHT_MS - 900 * DAY_MS });
    await other.write(series, [newest, oldest]);

    expect(await store.latest(series, [SYMBOL])).toEqual([newest]);
    expect(await store.read(series, { symbol: SYMBOL, limit: 1 })).toEqual([oldest]);
  });

  it.each([
    ['day', [BEFORE_MIDNIGHT_MS, BEFORE_MIDNIGHT_MS + 1_000]],
    ['month', [Date.UTC(2026, 10, 30, 15, 59, 59, 999), Date.UTC(2026, 10, 30, 16)]],
    ['year', [Date.UTC(1990, 11, 19, 1, 30), Date.UTC(2026, 11, 31, 15, 59, 59, 999), Date.UTC(2026, 11, 31, 16)]],
  ] as const)('stores rows on both sides of the end of a Shanghai %s', async (partitionBy, times) => {
    const { store, series: name } = await prepared(openStore, newSeries({ partitionBy }));
    const rows = times.map((ts) => newRow({ ts }));

    expect(await store.write(name, rows.toReversed())).toEqual({ inserted: rows.length, amended: 0, unchanged: 0 });
    expect(await store.write(name, rows)).toEqual({ inserted: 0, amended: 0, unchanged: rows.length });
    expect(await store.read(name, { symbol: SYMBOL, limit: 10 })).toEqual(rows);
  });

  it('keeps a series whose key is symbol and time alone', async () => {
    const definition = newSeries({ key: ['symbol', 'ts'], partitionBy: 'year' });
    const { store, series } = await prepared(openStore, definition);
    await store.write(series, [newRow({ lastPrice: 1 })]);
    expect(await store.write(series, [newRow({ lastPrice: 2 })])).toMatchObject({ amended: 1 });
    const after = [BEFORE_MIDNIGHT_MS - 1];
    expect(await store.read(series, { symbol: SYMBOL, after, limit: 10 })).toEqual([newRow({ lastPrice: 2 })]);
  });

  it('keeps a series that has no column beside its key', async () => {
    const columns = newSeries().columns.slice(0, 3);
    const { store, series } = await prepared(openStore, newSeries({ columns }));
    const row = { symbol: SYMBOL, ts: BEFORE_MIDNIGHT_MS, seq: 1 };
    await store.write(series, [row]);
    expect(await store.write(series, [row])).toEqual({ inserted: 0, amended: 0, unchanged: 1 });
  });
}

/** Two rows at each of 15 times, 8 hours apart: the series has more partitions than are read at once. */
async function filled(openStore: () => TimeSeriesStore) {
  const { store, series, definition } = await prepared(openStore);
  const rows = Array.from({ length: 30 }, (_, i) =>
    newRow({ ts: BEFORE_MIDNIGHT_MS + Math.floor(i / 2) * 8 * HOUR_MS, seq: i % 2, lastPrice: i }),
  );
  await store.write(series, rows);
  await store.write(series, [newRow({ symbol: '000002.SZ', lastPrice: 5 })]);
  return { store, definition, series, rows };
}

async function readPages(store: TimeSeriesStore, series: string, query: ReadQuery): Promise<SeriesRow[]> {
  const rows: SeriesRow[] = [];
  for (;;) {
    const last = rows.at(-1);
    const page = await store.read(series, { ...query, ...(last && { after: [last.ts, Number(last.seq)] }) });
    expect(page.length).toBeLessThanOrEqual(query.limit);
    if (page.length === 0) return rows;
    rows.push(...page);
  }
}
