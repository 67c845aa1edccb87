import type { ColumnValue, SeriesRow } from '../time-series-store.ts';
import type { SeriesTable, TableColumn } from './series-table.ts';
import type { SqlBuffer } from './sql-buffer.ts';

type Encode = (value: ColumnValue, sql: SqlBuffer) => void;

const CLOSE = 0x29;
const COMMA = 0x2c;
const ABSENT_LIST = -1;

/**
 * Writes `,v1,v2,...)` of rows that were checked, in the order of the table's fields. What a row lacks is written as NULL:
 * a field left out would keep the value of the row that is amended.
 */
export function rowEncoder({ columns }: SeriesTable): (row: SeriesRow, sql: SqlBuffer) => void {
  const encoders = columns.map((column) => [column.name, columnEncoder(column)] as const);
  return (row, sql) => {
    for (const [name, encode] of encoders) {
      sql.character(COMMA);
      encode(row[name], sql);
    }
    sql.character(CLOSE);
  };
}

function columnEncoder({ type, length, optional }: TableColumn): Encode {
  const one = SCALARS[type];
  if (length !== undefined) return listEncoder(length, one);
  if (!optional) return one;
  return (value, sql) => {
    if (value === undefined) {
      sql.sql('NULL,false');
      return;
    }
    one(value, sql);
    sql.sql(',true');
  };
}

function listEncoder(length: number, one: Encode): Encode {
  return (value, sql) => {
    const list = Array.isArray(value) ? value : [];
    for (const element of list) {
      one(element, sql);
      sql.character(COMMA);
    }
    sql.sql('NULL,'.repeat(length - list.length));
    sql.integer(value === undefined ? ABSENT_LIST : list.length);
  };
}

const SCALARS: Record<TableColumn['type'], Encode> = {
  double: (value, sql) => sql.double(value as number),
  bigint: (value, sql) => sql.integer(value as number),
  boolean: (value, sql) => sql.sql(String(value)),
  text: (value, sql) => sql.text(value as string),
};
