import { lockForTransaction, withTransaction } from '@quotefleet/relational/pg';
import { escapeIdentifier, type Pool, type PoolClient } from 'pg';
import type { SeriesTable } from './series-table.ts';
import { tableChanges } from './table-changes.ts';

/**
 * Makes the schema and the partitioned tables that are missing, and adds columns that are new in a definition.
 * @throws Error naming series and column where a table differs in a way that cannot be mended; nothing is changed then
 */
export async function prepareTables(pool: Pool, schema: string, tables: readonly SeriesTable[]): Promise<void> {
  await withTransaction(pool, async (client) => {
    await lockTables(client, schema);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${escapeIdentifier(schema)}`);
    for (const table of tables) {
      for (const { series, detail, sql } of await tableChanges(client, table)) {
        if (sql === undefined) throw new Error(`series ${series}: ${detail}`);
        await client.query(sql);
      }
    }
  });
}

/** One process at a time changes the tables of a schema. */
export function lockTables(client: PoolClient, schema: string): Promise<void> {
  return lockForTransaction(client, `timeseries:${schema}`);
}
