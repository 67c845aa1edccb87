import { withTransaction } from '@quotefleet/relational/pg';
import type { Pool } from 'pg';
import { type PartitionBounds, partitionBounds } from './partition-bounds.ts';
import { partitionSpan } from './partition-span.ts';
import type { Partitions } from './partitions.ts';
import { lockTables } from './prepare-tables.ts';
import type { SeriesTable } from './series-table.ts';
import { qualified } from './sql-names.ts';

const DAY_MS = 86_400_000;
/** Dropping needs the series to itself for a moment; whoever comes meanwhile waits behind it, so it gives up soon. */
const LOCK_TIMEOUT_MS = 2_000;

/**
 * Makes the partitions of `now` and of the period after it, and drops those that lie wholly past the retention.
 * @returns what was dropped
 */
export async function retirePartitions(
  pool: Pool,
  partitions: Partitions,
  table: SeriesTable,
  now: number,
): Promise<string[]> {
  const { name, partitionBy, retentionDays } = table.definition;
  const current = partitionSpan(now, partitionBy);
  const next = current && partitionSpan(current.to, partitionBy);
  if (!current || !next) throw new TypeError(`expected now to be ms since epoch, was ${now}`);
  await partitions.ensure(table, [current, next]);
  if (retentionDays === undefined) return [];
  const dropped: string[] = [];
  for (const partition of await partitionBounds(pool, table)) {
    if (partition.to > now - retentionDays * DAY_MS || !(await drop(pool, table, partition))) continue;
    partitions.forget(table);
    dropped.push(`${name}: partition ${partition.name} with the rows before ${new Date(partition.to).toISOString()}`);
  }
  return dropped;
}

/** False when another process was faster. */
function drop(pool: Pool, table: SeriesTable, { name }: PartitionBounds): Promise<boolean> {
  const partition = qualified(table.schema, name);
  return withTransaction(pool, async (client) => {
    await lockTables(client, table.schema);
    const { rows } = await client.query('SELECT 1 WHERE to_regclass($1) IS NOT NULL', [partition]);
    if (rows.length === 0) return false;
    await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await client.query(`DROP TABLE ${partition}`);
    return true;
  });
}
