import type { ColumnValue, SeriesRow } from '../time-series-store.ts';
import type { SeriesTable, TableColumn } from './series-table.ts';
import type { SqlRow } from './sql-connection.ts';

/** Makes rows of what was selected as the table's `fieldList`, from position `at` of an answer's rows on. */
export function rowDecoder({ columns }: SeriesTable, at = 0): (symbol: string, values: SqlRow) => SeriesRow {
  let next = at;
  const places = columns.map((column) => {
    const place = { column, start: next };
    next += column.fields.length;
    return place;
  });
  return (symbol, values) => {
    const row: Record<string, ColumnValue> = { symbol };
    for (const { column, start } of places) {
      const value = column.length === undefined ? scalar(column, values, start) : list(column, values, start);
      if (value !== undefined) row[column.name] = value;
    }
    return row as SeriesRow;
  };
}

/** Rows that others wrote may leave open whether there is a value. */
function scalar({ optional }: TableColumn, values: SqlRow, start: number): ColumnValue {
  const isAbsent = optional && values[start + 1] === false;
  return isAbsent ? undefined : (values[start] ?? undefined);
}

function list({ fields }: TableColumn, values: SqlRow, start: number): number[] | undefined {
  const count = values[start + fields.length - 1];
  return typeof count === 'number' && count >= 0 ? (values.slice(start, start + count) as number[]) : undefined;
}
