import { lockForTransaction, withTransaction } from '@quotefleet/relational/pg';
import { escapeIdentifier, type Pool, type PoolClient } from 'pg';
import { columnDeclarations, columnList, type SeriesTable } from './series-table.ts';

/** Makes the schema and the partitioned tables that are missing, and adds columns that are new in a definition. */
export async function prepareTables(pool: Pool, schema: string, tables: readonly SeriesTable[]): Promise<void> {
  await withTransaction(pool, async (client) => {
    await lockTables(client, schema);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${escapeIdentifier(schema)}`);
    for (const table of tables) await prepareTable(client, table);
  });
}

async function prepareTable(client: PoolClient, table: SeriesTable): Promise<void> {
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${table.qualified} (${columnDeclarations(table.columns)},
       PRIMARY KEY (${columnList(table.key)})) PARTITION BY RANGE ("ts")`,
  );
  const existing = await existingColumns(client, table);
  for (const column of table.columns) {
    const found = existing.get(column.sql);
    const expected = column.sqlType.replace(' COLLATE "C"', '');
    if (found === undefined) {
      // A required column cannot be added to rows that lack it: the server refuses.
      await client.query(`ALTER TABLE ${table.qualified} ADD COLUMN ${columnDeclarations([column])}`);
    } else if (found !== expected) {
      throw new Error(`series ${table.definition.name}: expected column ${column.sql} of ${expected}, found ${found}`);
    }
  }
}

/** Quoted column name -> SQL type. */
async function existingColumns(client: PoolClient, table: SeriesTable): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [table.qualified],
  );
  return new Map(rows.map(({ name, type }) => [escapeIdentifier(name), type]));
}

/** One process at a time changes the tables of a schema. */
export function lockTables(client: PoolClient, schema: string): Promise<void> {
  return lockForTransaction(client, `timeseries:${schema}`);
}
