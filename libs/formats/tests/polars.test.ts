import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pl from 'nodejs-polars';
import { encode } from '../src/index.ts';
import { collect, OPEN_MS, SAMPLE_FIELDS, SAMPLE_ROWS, tableOf } from './sample.ts';

const TABLE = () => tableOf(SAMPLE_FIELDS, SAMPLE_ROWS, SAMPLE_ROWS);
const FIRST = {
  ...{ symbol: '600519.SH', day: new Date('2024-01-02'), time: new Date(OPEN_MS), close: 1685.01, final: true },
  ...{ expiry: new Date('2024-02-29'), trades: 3, halted: false, seen: new Date(OPEN_MS + 1), name: '贵州,"茅台"\n' },
};
const TYPES = {
  ...{ symbol: 'String', day: 'Date', close: 'Float64', volume: 'Int64', final: 'Bool', extra: 'String' },
  ...{ expiry: 'Date', trades: 'Int64', halted: 'Bool', name: 'String' },
};

/** Column types by name, out of polars' `DataType(...)`. */
function typesOf(frame: pl.DataFrame): Record<string, string> {
  const types = frame.dtypes.map((type) => String(type).slice('DataType('.length, -1));
  return Object.fromEntries(frame.columns.map((name, index) => [name, types[index] ?? '']));
}

describe('polars', () => {
  it('reads the CSV with dates, times, integers and booleans told apart', async () => {
    const frame = pl.readCSV(await collect(encode(TABLE(), 'csv')), { tryParseDates: true });
    const types = typesOf(frame);
    expect(types).toMatchObject(TYPES);
    expect(types.time).toMatch(/^Datetime\(us/);
    expect(types.seen).toMatch(/^Datetime\(us/);
    expect(frame.height).toBe(4);
    expect(frame.toRecords()[0]).toMatchObject(FIRST);
    expect(frame.toRecords()[1]).toMatchObject({ close: null, bids: null, sizes: '[]', expiry: null, seen: null });
  });

  it('reads the Arrow stream typed', async () => {
    const frame = pl.readIPCStream(await collect(encode(TABLE(), 'arrow')));
    expectTyped(frame);
  });

  it('reads the Parquet file typed', async () => {
    const frame = pl.readParquet(await collect(encode(TABLE(), 'parquet')));
    expectTyped(frame);
  });

  it('reads any text of a CSV as it was', async () => {
    const text = fc.string({ unit: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 8 }), async (rows) => {
        const fields = [
          { name: 'a,"b"', type: 'text' as const },
          { name: 'b', type: 'text' as const },
        ];
        const frame = pl.readCSV(await collect(encode(tableOf(fields, rows), 'csv')), { inferSchemaLength: 0 });
        expect(frame.rows().map((row) => row.map((cell) => cell ?? ''))).toEqual(rows);
      }),
      { numRuns: 200 },
    );
  });
});

function expectTyped(frame: pl.DataFrame): void {
  expect(typesOf(frame)).toEqual({
    ...TYPES,
    ...{ time: 'Datetime(ms,Asia/Shanghai)', seen: 'Datetime(ms,Asia/Shanghai)' },
    ...{ bids: 'List(DataType(Float64))', sizes: 'List(DataType(Int64))' },
  });
  expect(frame.height).toBe(4);
  expect(frame.toRecords()[0]).toMatchObject({ ...FIRST, bids: [1685, 1684.99], sizes: [100, 200] });
  expect(frame.toRecords()[1]).toMatchObject({ close: null, bids: null, sizes: [], expiry: null, seen: null });
}
