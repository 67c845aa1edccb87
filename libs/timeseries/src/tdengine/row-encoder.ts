import type { ColumnValue, SeriesRow } from '../time-series-store.ts';
import type { SeriesTable, TableColumn } from './series-table.ts';
import { doubleLiteral, textLiteral } from './sql-text.ts';

type Encode = (value: ColumnValue) => string;

/**
 * Makes `(v1,v2,...)` of rows that were checked, in the order of the table's fields. What a row lacks is written as NULL:
 * a field left out would keep the value of the row that is amended.
 */
export function rowEncoder({ columns }: SeriesTable): (row: SeriesRow) => string {
  const encoders = columns.map((column) => [column.name, columnEncoder(column)] as const);
  return (row) => {
    let tuple = '';
    for (const [name, encode] of encoders) tuple += `${tuple === '' ? '(' : ','}${encode(row[name])}`;
    return `${tuple})`;
  };
}

function columnEncoder({ type, length, fields }: TableColumn): Encode {
  const one = SCALARS[type];
  if (length === undefined) return (value) => (value === undefined ? 'NULL' : one(value));
  const absent = fields.map(() => 'NULL').join(',');
  return (value) => (Array.isArray(value) ? listLiteral(value, length, one) : absent);
}

function listLiteral(list: readonly number[], length: number, one: Encode): string {
  let literal = '';
  for (let i = 0; i < length; i++) literal += `${i < list.length ? one(list[i]) : 'NULL'},`;
  return literal + list.length;
}

const SCALARS: Record<TableColumn['type'], Encode> = {
  double: (value) => doubleLiteral(value as number),
  bigint: String,
  boolean: String,
  text: (value) => textLiteral(value as string),
};
