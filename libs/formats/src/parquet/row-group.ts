import type { ColumnSource } from 'hyparquet-writer';
import {
  isAbsent,
  type Present,
  readBoolean,
  readDate,
  readDouble,
  readInteger,
  readJson,
  readNumbers,
  readText,
  readTimestamp,
} from '../cell.ts';
import type { Field, FieldType, Row } from '../table.ts';

type Stored = string | number | bigint | boolean | (number | bigint)[] | undefined;
type CellReader = (cell: Present, field: Field) => Stored;

const READERS: Record<FieldType, CellReader> = {
  text: readText,
  bigint: (cell, field) => BigInt(readInteger(cell, field)),
  double: readDouble,
  boolean: readBoolean,
  date: readDate,
  timestamp: (cell, field) => BigInt(readTimestamp(cell, field)),
  json: readJson,
};

/** Rows being gathered, by column, until they are enough to be written. */
export class RowGroup {
  rows = 0;
  /** Cells, each number of a list counting as one. */
  values = 0;
  private readonly columns: { field: Field; read: CellReader; data: Stored[] }[];

  constructor(fields: readonly Field[]) {
    this.columns = fields.map((field) => ({ field, read: readerOf(field), data: [] }));
  }

  /** Adds the rows from `start` up to, not including, `end`. */
  append(rows: readonly Row[], start: number, end: number): void {
    for (const [column, { field, read, data }] of this.columns.entries()) {
      for (let index = start; index < end; index++) {
        const cell = rows[index]?.[column];
        const value = isAbsent(cell, field) ? undefined : read(cell, field);
        this.values += Array.isArray(value) ? value.length : 1;
        data.push(value);
      }
    }
    this.rows += end - start;
  }

  toColumnData(): ColumnSource[] {
    return this.columns.map(({ field, data }) => ({ name: field.name, data }));
  }
}

function readerOf({ type, list }: Field): CellReader {
  if (!list) return READERS[type];
  return type === 'bigint' ? (cell, field) => readNumbers(cell, field).map(BigInt) : readNumbers;
}
