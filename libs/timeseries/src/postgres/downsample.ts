import type { DownsampleQuery, SeriesRow } from '../time-series-store.ts';
import type { PostgresConnections } from './connections.ts';
import { partitionWindows } from './partition-windows.ts';
import type { Partitions } from './partitions.ts';
import { selectRows, timeConditions } from './select-rows.ts';
import { columnList, type SeriesTable, type TableColumn } from './series-table.ts';

const COLUMNS = ['symbol', 'ts', 'open', 'high', 'low', 'close', 'volume', 'amount', 'final'];

/** One bar per bucket that has rows, oldest first. */
export async function downsample(
  connections: PostgresConnections,
  partitions: Partitions,
  table: SeriesTable,
  { symbol, from, to, everyMs }: DownsampleQuery,
): Promise<SeriesRow[]> {
  if (!(Number.isSafeInteger(everyMs) && everyMs > 0)) {
    throw new TypeError(`${table.definition.name}: expected everyMs to be an integer above 0, was ${everyMs}`);
  }
  const columns = COLUMNS.map((name) => columnOf(table, name));
  const select = selectSql(table, columns);
  const rows: SeriesRow[] = [];
  for (const window of partitionWindows(bucketStarts(await partitions.starts(table), everyMs), { from, to }, 'asc')) {
    const values: unknown[] = [symbol, everyMs];
    const conditions = ['"symbol" = $1', ...timeConditions(window, (value) => `$${values.push(value)}`)];
    const text = `${select} WHERE ${conditions.join(' AND ')} GROUP BY 1, 2 ORDER BY 2`;
    for (const row of await selectRows(connections, columns, { text, values })) rows.push(row);
  }
  return rows;
}

/** Where partitions begin, moved to the start of the next bucket: cut there, no bucket is in two windows. */
function bucketStarts(starts: readonly number[], everyMs: number): number[] {
  return [...new Set(starts.map((start) => Math.ceil((start - 1) / everyMs) * everyMs + 1))];
}

function columnOf(table: SeriesTable, name: string): TableColumn {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (!column) throw new TypeError(`expected series ${table.definition.name} to have a column ${name}`);
  return column;
}

function selectSql(table: SeriesTable, columns: readonly TableColumn[]): string {
  const expressions = columns.map((column) => aggregate(column, columnList(table.key.slice(1))));
  return `SELECT ${expressions.join(', ')} FROM ${table.qualified}`;
}

/** first and last are ordered by the key alike: one sort serves both. */
function aggregate({ name, sql, sqlType }: TableColumn, order: string): string {
  switch (name) {
    case 'symbol':
      return sql;
    case 'ts':
      // Twice a remainder, as that of a time before 1970 is negative.
      return `${sql} + ($2::bigint - ${sql} % $2::bigint) % $2::bigint`;
    case 'open':
      return `(array_agg(${sql} ORDER BY ${order}))[1]`;
    case 'close':
      return `(array_agg(${sql} ORDER BY ${order}))[count(*)]`;
    case 'high':
      return `max(${sql})`;
    case 'low':
      return `min(${sql})`;
    case 'final':
      return `bool_and(${sql})`;
    default:
      return `sum(${sql})::${sqlType}`;
  }
}
