import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Cell, encode, type Field, type FieldType, type Row } from '../src/index.ts';
import { type ReadCell, readArrow, readParquet } from './readers.ts';
import { collect, tableOf } from './sample.ts';

const DAY_MS = 86_400_000;

const integer = fc.maxSafeInteger();
const double = fc.double({ noNaN: true, noDefaultInfinity: true });
const instant = fc.integer({ min: Date.parse('1900-01-01'), max: Date.parse('2100-01-01') });
const CELLS: Record<FieldType, fc.Arbitrary<Cell>> = {
  text: fc.string({ unit: 'binary' }),
  bigint: integer,
  double,
  boolean: fc.boolean(),
  date: instant.map((ms) => new Date(ms).toISOString().slice(0, 10)),
  timestamp: instant,
  json: fc.jsonValue().filter((value) => value !== null) as fc.Arbitrary<Cell>,
};

const fieldOfAnyType: fc.Arbitrary<Omit<Field, 'name'>> = fc.oneof(
  fc.record({ type: fc.constantFrom(...(Object.keys(CELLS) as FieldType[])), nullable: fc.boolean() }),
  fc.record({
    type: fc.constantFrom('double' as const, 'bigint' as const),
    nullable: fc.boolean(),
    list: fc.constant(true),
  }),
);

function cellOf({ type, list, nullable }: Field): fc.Arbitrary<Cell> {
  const cell = list ? fc.array(type === 'bigint' ? integer : double, { maxLength: 5 }) : CELLS[type];
  return nullable ? fc.option(cell, { nil: undefined }) : cell;
}

const table = fc
  .array(fieldOfAnyType, { minLength: 1, maxLength: 6 })
  .map((fields) => fields.map((field, index): Field => ({ name: `f${index}`, ...field })))
  .chain((fields) => {
    const row: fc.Arbitrary<Row> = fc.tuple(...fields.map(cellOf));
    const batches = fc.array(fc.array(row, { maxLength: 20 }), { maxLength: 4 });
    return fc.record({ fields: fc.constant(fields), batches });
  });

describe('any table', () => {
  it('comes back the same from Arrow', async () => {
    await fc.assert(
      fc.asyncProperty(table, async ({ fields, batches }) => {
        const { rows } = readArrow(await collect(encode(tableOf(fields, ...batches), 'arrow')));
        expect(rows).toEqual(batches.flat().map((row) => fields.map((field, index) => expected(row[index], field))));
      }),
      { numRuns: 300 },
    );
  });

  it('comes back the same from Parquet', async () => {
    await fc.assert(
      fc.asyncProperty(table, async ({ fields, batches }) => {
        const { rows } = await readParquet(await collect(encode(tableOf(fields, ...batches), 'parquet')));
        const times = (cell: ReadCell, { type }: Field) =>
          typeof cell === 'number' && (type === 'date' || type === 'timestamp') ? new Date(cell) : cell;
        expect(rows).toEqual(
          batches.flat().map((row) => fields.map((field, index) => times(expected(row[index], field), field))),
        );
      }),
      { numRuns: 300 },
    );
  });
});

/** What a reader that knows numbers for times finds. */
function expected(cell: Cell, { type }: Field): ReadCell {
  if (cell === undefined || cell === null) return undefined;
  if (type === 'json') return JSON.stringify(cell);
  if (type === 'date') return Math.round(Date.parse(cell as string) / DAY_MS) * DAY_MS;
  const read = (value: unknown) => (type === 'bigint' ? BigInt(value as number) : (value as ReadCell));
  if (Array.isArray(cell)) return cell.map((value) => read(unsigned(value)));
  return read(unsigned(cell));
}

function unsigned(value: unknown): unknown {
  return value === 0 ? 0 : value;
}
