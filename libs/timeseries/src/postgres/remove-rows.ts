import type { Pool } from 'pg';
import type { SymbolRange } from '../time-series-store.ts';
import { partitionWindows } from './partition-windows.ts';
import type { Partitions } from './partitions.ts';
import { timeConditions } from './select-rows.ts';
import type { SeriesTable } from './series-table.ts';

/** Deletes the rows of a range, a few partitions at a time. */
export async function removeRows(
  pool: Pool,
  partitions: Partitions,
  table: SeriesTable,
  { symbol, from, to }: SymbolRange,
): Promise<void> {
  for (const window of partitionWindows(await partitions.starts(table), { from, to }, 'asc')) {
    const values: unknown[] = [symbol];
    const conditions = ['"symbol" = $1', ...timeConditions(window, (value) => `$${values.push(value)}`)];
    await pool.query(`DELETE FROM ${table.qualified} WHERE ${conditions.join(' AND ')}`, values);
  }
}
