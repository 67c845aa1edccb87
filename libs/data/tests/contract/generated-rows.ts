import { rowSchema, type TableColumn, type TableDefinition } from '@quotefleet/tables';
import fc from 'fast-check';
import type { DataRow } from '../../src/index.ts';

/** Of every exchange, so that every tag has its value. */
const SYMBOLS = ['600519.SH', '000001.SZ', '430047.BJ', '000300.SH', '00700.HK', 'AAPL.US'];
/** Two days: a series by day has a partition for each. */
const FIRST_MS = Date.UTC(2026, 6, 6);
const LAST_MS = FIRST_MS + 2 * 86_400_000 - 1;
const AWKWARD = ["'; DROP TABLE quotes; --", '\\N', 'a\tb\nc\r\\d"e', 'null', '{"a":1}', '贵州茅台', '😀', ' '];

/** Rows of a table as its columns allow them; a key may come twice. */
export function generatedRows(table: TableDefinition): fc.Arbitrary<DataRow[]> {
  const row = fc.record(Object.fromEntries(table.columns.map((column) => [column.name, values(column)])));
  const schema = rowSchema(table);
  const whole = row.map(withoutUndefined).filter((candidate) => schema.safeParse(candidate).success);
  return fc.array(whole, { minLength: 1, maxLength: 12 });
}

function values(column: TableColumn): fc.Arbitrary<unknown> {
  const single = column.name === 'symbol' ? fc.constantFrom(...SYMBOLS) : singles[column.type];
  const value = column.length === undefined ? single : fc.array(single, { maxLength: column.length });
  return column.optional ? fc.option(value, { nil: undefined }) : value;
}

const singles: Record<TableColumn['type'], fc.Arbitrary<unknown>> = {
  text: fc.oneof(fc.constantFrom(...AWKWARD), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })),
  bigint: fc.oneof(fc.maxSafeNat(), fc.maxSafeInteger()).map((value) => value || 0),
  // -0 is 0 to JSON, and to whoever reads prices.
  double: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value || 0),
  boolean: fc.boolean(),
  date: fc
    .date({ min: new Date('1990-12-19'), max: new Date('2099-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  timestamp: fc.integer({ min: FIRST_MS, max: LAST_MS }),
  json: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown),
};

function withoutUndefined(row: Record<string, unknown>): DataRow {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as DataRow;
}
