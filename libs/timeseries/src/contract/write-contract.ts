import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SeriesRow, TimeSeriesStore } from '../time-series-store.ts';
import { BEFORE_MIDNIGHT_MS, newRow, prepared, SYMBOL } from './contract-series.ts';
import { REFUSED_VALUES } from './refused-values.ts';

const EVERYTHING = { symbol: SYMBOL, limit: 100_000 };
const DAY_MS = 86_400_000;

/** How a store takes rows in. */
export function describeWrites(
  openStore: () => TimeSeriesStore,
  { longestTextBytes = 900_000 }: { longestTextBytes?: number },
): void {
  it('stores new rows, and counts them as inserted', async () => {
    const { store, series } = await prepared(openStore);
    const rows = [newRow(), newRow({ seq: 1, lastPrice: 1700.02 })];

    expect(await store.write(series, rows)).toEqual({ inserted: 2, amended: 0, unchanged: 0 });
    expect(await store.read(series, EVERYTHING)).toEqual(rows);
  });

  it('takes an empty write', async () => {
    const { store, series } = await prepared(openStore);
    expect(await store.write(series, [])).toEqual({ inserted: 0, amended: 0, unchanged: 0 });
  });

  it('changes nothing when the same rows come again', async () => {
    const { store, series } = await prepared(openStore);
    const rows = [newRow({ bidPrices: [1.5], volume: 100 }), newRow({ seq: 1 })];
    await store.write(series, rows);

    expect(await store.write(series, rows)).toEqual({ inserted: 0, amended: 0, unchanged: 2 });
    expect(await store.read(series, EVERYTHING)).toEqual(rows);
  });

  it('amends the row of the same key, also by taking a value away', async () => {
    const { store, series } = await prepared(openStore);
    await store.write(series, [newRow({ volume: 100, note: 'first' }), newRow({ seq: 1 })]);
    const amended = newRow({ volume: 200 });

    const result = await store.write(series, [amended, newRow({ seq: 1 }), newRow({ seq: 2 })]);

    expect(result).toEqual({ inserted: 1, amended: 1, unchanged: 1 });
    expect((await store.read(series, { symbol: SYMBOL, limit: 1 }))[0]).toEqual(amended);
  });

  it('tells rows apart by symbol, time and sequence', async () => {
    const { store, series } = await prepared(openStore);
    const rows = [
      newRow(),
      newRow({ seq: 1 }),
      newRow({ ts: BEFORE_MIDNIGHT_MS + 1 }),
      newRow({ symbol: '000001.SZ' }),
    ];
    expect(await store.write(series, rows)).toEqual({ inserted: 4, amended: 0, unchanged: 0 });
  });

  it('counts a row given twice in one write once, and keeps the last one', async () => {
    const { store, series } = await prepared(openStore);
    const rows = [newRow({ lastPrice: 1 }), newRow({ seq: 1 }), newRow({ lastPrice: 2 })];

    expect(await store.write(series, rows)).toEqual({ inserted: 2, amended: 0, unchanged: 0 });
    expect((await store.read(series, EVERYTHING)).map((row) => row.lastPrice)).toEqual([2, 1700.01]);
  });

  it.each(REFUSED_VALUES)('refuses %s, names row and column, and writes no row', async (_, values, column) => {
    const { store, series } = await prepared(openStore);
    const rows = [newRow(), newRow({ seq: 1, ts: BEFORE_MIDNIGHT_MS + DAY_MS }), newRow({ seq: 2, ...values })];

    const refused = store.write(series, rows as SeriesRow[]);

    await expect(refused).rejects.toThrow(TypeError);
    await expect(refused).rejects.toThrow(`row 2, ${column}: expected`);
    expect(await store.read(series, EVERYTHING)).toEqual([]);
  });

  it('takes many rows, and rows that are long', async () => {
    const { store, series } = await prepared(openStore);
    const rows = Array.from({ length: 5_000 }, (_, seq) =>
      newRow({ seq, bidPrices: [seq, 0.1, -1e300], note: '行'.repeat(seq % 50) }),
    );
    rows.push(
      newRow({ seq: rows.length, note: '平'.repeat(longestTextBytes / 3) }),
      newRow({ seq: rows.length + 1, note: 'x'.repeat(longestTextBytes) }),
    );

    expect(await store.write(series, rows)).toEqual({ inserted: rows.length, amended: 0, unchanged: 0 });
    expect(await store.read(series, EVERYTHING)).toEqual(rows);
    expect(await store.write(series, rows)).toEqual({ inserted: 0, amended: 0, unchanged: rows.length });
  });

  it('gives back what was written, whatever the values are', async () => {
    const { store, series } = await prepared(openStore);
    let seq = 0;
    const rows = fc.array(
      rowValues.map((values) => newRow({ ...values, seq: seq++ })),
      { minLength: 1, maxLength: 50 },
    );
    await fc.assert(
      fc.asyncProperty(rows, async (written) => {
        await store.write(series, written);
        const from = written[0]?.seq as number;
        const after = [BEFORE_MIDNIGHT_MS, from - 1];
        expect(await store.read(series, { ...EVERYTHING, after })).toEqual(written.map(withoutUndefined));
      }),
      { numRuns: 20 },
    );
  });

  it('holds, after any writes, what a map from key to row would hold', async () => {
    const row = fc
      .record({
        seq: fc.nat(5),
        day: fc.nat(2),
        lastPrice: fc.constantFrom(1, 2),
        note: fc.constantFrom('a', undefined),
      })
      .map(({ day, ...values }) => newRow({ ...values, ts: BEFORE_MIDNIGHT_MS + day * DAY_MS }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(row, { maxLength: 12 }), { maxLength: 5 }), async (writes) => {
        const { store, series } = await prepared(openStore);
        const model = new Map<string, SeriesRow>();
        for (const rows of writes) expect(await store.write(series, rows)).toEqual(writeToMap(model, rows));
        const stored = await store.read(series, EVERYTHING);
        const expected = [...model.values()].sort((a, b) => a.ts - b.ts || Number(a.seq) - Number(b.seq));
        expect(stored).toEqual(expected.map(withoutUndefined));
      }),
      { numRuns: 15 },
    );
  });
}

const double = fc.double({ noNaN: true, noDefaultInfinity: true });
const text = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((value) => !value.includes('\0'));
const awkwardText = fc.constantFrom(
  '',
  ' ',
  '\\N',
  '\\.',
  'a\tb\nc\r\\d"e\'f,{}',
  '中国平安',
  '😀'.repeat(100),
  'null',
);
const rowValues = fc.record({
  lastPrice: double,
  volume: fc.option(fc.maxSafeInteger(), { nil: undefined }),
  bidPrices: fc.option(fc.array(double, { maxLength: 3 }), { nil: undefined }),
  bidVolumes: fc.option(fc.array(fc.maxSafeInteger(), { maxLength: 3 }), { nil: undefined }),
  isFinal: fc.option(fc.boolean(), { nil: undefined }),
  note: fc.option(fc.oneof(text, awkwardText), { nil: undefined }),
});

function writeToMap(model: Map<string, SeriesRow>, rows: readonly SeriesRow[]) {
  const result = { inserted: 0, amended: 0, unchanged: 0 };
  const last = new Map(rows.map((row) => [`${row.ts}/${row.seq}`, row]));
  for (const [key, row] of last) {
    const before = model.get(key);
    if (!before) result.inserted++;
    else if (before.lastPrice === row.lastPrice && before.note === row.note) result.unchanged++;
    else result.amended++;
    model.set(key, row);
  }
  return result;
}

function withoutUndefined(row: SeriesRow): object {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}
