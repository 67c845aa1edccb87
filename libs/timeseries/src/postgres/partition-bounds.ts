import type { Pool, PoolClient } from 'pg';
import type { SeriesTable } from './series-table.ts';

/** A partition as the database has it: half-open, ms since epoch UTC. */
export interface PartitionBounds {
  /** SQL name without the schema, unquoted. */
  name: string;
  from: number;
  to: number;
}

/** The partitions of a table, the oldest first; none where there is no such table. */
export async function partitionBounds(database: Pool | PoolClient, table: SeriesTable): Promise<PartitionBounds[]> {
  const { rows } = await database.query<PartitionBounds>(
    `SELECT relname AS name, bounds[1]::bigint AS from, bounds[2]::bigint AS to
     FROM pg_inherits JOIN pg_class ON oid = inhrelid
     CROSS JOIN regexp_match(pg_get_expr(relpartbound, oid), 'FROM \\(''(-?\\d+)''\\) TO \\(''(-?\\d+)''\\)') AS bounds
     WHERE inhparent = to_regclass($1) ORDER BY 2`,
    [table.qualified],
  );
  return rows;
}
