import type { ColumnValue, SeriesRow } from '../time-series-store.ts';
import type { PostgresConnections } from './connections.ts';
import type { TimeRange } from './partition-windows.ts';
import type { TableColumn } from './series-table.ts';

type SqlValue = string | number | boolean | number[] | null;

/** @param columns what `text` selects, in its order */
export async function selectRows(
  { read }: PostgresConnections,
  columns: readonly TableColumn[],
  { text, values }: { text: string; values: unknown[] },
): Promise<SeriesRow[]> {
  const { rows } = await read((client) => client.query<SqlValue[]>({ text, values, rowMode: 'array' }));
  return rows.map((row) => toSeriesRow(columns, row));
}

function toSeriesRow(columns: readonly TableColumn[], values: readonly SqlValue[]): SeriesRow {
  const row: Record<string, ColumnValue> = {};
  for (let c = 0; c < columns.length; c++) {
    const value = values[c];
    if (value !== null) row[(columns[c] as TableColumn).name] = value;
  }
  return row as SeriesRow;
}

/** By these the partitions of a query are pruned. */
export function timeConditions({ from, to }: TimeRange, parameter: (value: number) => string): string[] {
  return [
    ...(from === undefined ? [] : [`"ts" >= ${parameter(from)}`]),
    ...(to === undefined ? [] : [`"ts" < ${parameter(to)}`]),
  ];
}
