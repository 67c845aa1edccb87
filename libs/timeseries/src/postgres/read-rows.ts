import type { Pool } from 'pg';
import type { ColumnValue, ReadQuery, SeriesRow } from '../time-series-store.ts';
import { columnList, type SeriesTable, type TableColumn } from './series-table.ts';

type SqlValue = string | number | boolean | number[] | null;

export async function readRows(pool: Pool, table: SeriesTable, query: ReadQuery): Promise<SeriesRow[]> {
  const order = query.order ?? 'asc';
  const values: unknown[] = [query.symbol];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const conditions = ['"symbol" = $1'];
  if (query.from !== undefined) conditions.push(`"ts" >= ${parameter(query.from)}`);
  if (query.to !== undefined) conditions.push(`"ts" < ${parameter(query.to)}`);
  if (query.after !== undefined) {
    const past = order === 'asc' ? '>' : '<';
    const key = table.key.slice(1);
    if (query.after.length !== key.length) {
      const names = key.map((column) => column.name).join(', ');
      throw new TypeError(`${table.definition.name}: expected after to be [${names}], was [${query.after}]`);
    }
    const after = query.after.map(parameter);
    conditions.push(`(${columnList(key)}) ${past} (${after.join(', ')})`);
    // Says nothing new, but partitions are pruned by it: by the comparison of rows they are not.
    conditions.push(`"ts" ${past}= ${after[0]}`);
  }
  const direction = order === 'asc' ? '' : ' DESC';
  const text = `SELECT ${columnList(table.columns)} FROM ${table.qualified} WHERE ${conditions.join(' AND ')}
    ORDER BY ${table.key
      .slice(1)
      .map((column) => column.sql + direction)
      .join(', ')} LIMIT ${parameter(query.limit)}`;
  const { rows } = await pool.query<SqlValue[]>({ text, values, rowMode: 'array' });
  return rows.map((row) => toSeriesRow(table.columns, row));
}

export async function latestRows(pool: Pool, table: SeriesTable, symbols: readonly string[]): Promise<SeriesRow[]> {
  const newestFirst = table.key
    .slice(1)
    .map((column) => `${column.sql} DESC`)
    .join(', ');
  const text = `SELECT ${columnList(table.columns)} FROM (SELECT DISTINCT unnest($1::text[]) AS wanted) AS symbols
    CROSS JOIN LATERAL (SELECT * FROM ${table.qualified} WHERE "symbol" = wanted ORDER BY ${newestFirst} LIMIT 1) AS newest`;
  const { rows } = await pool.query<SqlValue[]>({ text, values: [symbols], rowMode: 'array' });
  return rows.map((row) => toSeriesRow(table.columns, row));
}

function toSeriesRow(columns: readonly TableColumn[], values: readonly SqlValue[]): SeriesRow {
  const row: Record<string, ColumnValue> = {};
  for (let c = 0; c < columns.length; c++) {
    const value = values[c];
    if (value !== null) row[(columns[c] as TableColumn).name] = value;
  }
  return row as SeriesRow;
}
