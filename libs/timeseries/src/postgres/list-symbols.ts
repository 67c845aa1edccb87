import type { Pool } from 'pg';
import { partitionRanges, type TimeRange } from './partition-windows.ts';
import type { Partitions } from './partitions.ts';
import { timeConditions } from './select-rows.ts';
import type { SeriesTable } from './series-table.ts';

/** The symbols that have rows, ascending. */
export async function listSymbols(pool: Pool, partitions: Partitions, table: SeriesTable): Promise<string[]> {
  const symbols = new Set<string>();
  // Over several partitions at once each step would look into all of their indexes and merge what it finds: twice as slow.
  for (const range of partitionRanges(await partitions.starts(table))) {
    for (const symbol of await symbolsIn(pool, table, range)) symbols.add(symbol);
  }
  return [...symbols].sort();
}

/** Steps from each symbol to the next one by the index on the key: a look per symbol, however many rows it has. */
async function symbolsIn(pool: Pool, table: SeriesTable, range: TimeRange): Promise<string[]> {
  const values: number[] = [];
  const conditions = timeConditions(range, (value) => `$${values.push(value)}`);
  const next = (condition: string[]) =>
    `SELECT "symbol" FROM ${table.qualified} WHERE ${[...condition, ...conditions].join(' AND ') || 'true'}
       ORDER BY "symbol" LIMIT 1`;
  const { rows } = await pool.query<{ symbol: string }>(
    `WITH RECURSIVE found AS (
       (${next([])})
       UNION ALL
       SELECT (${next(['"symbol" > found."symbol"'])}) FROM found WHERE found."symbol" IS NOT NULL
     ) SELECT "symbol" FROM found WHERE "symbol" IS NOT NULL`,
    values,
  );
  return rows.map(({ symbol }) => symbol);
}
