import type { WriteResult } from '@quotefleet/timeseries';
import type { PoolClient } from 'pg';
import type { DataRow } from '../data-query.ts';
import { columnList, type RelationalTable } from './relational-table.ts';

/** Rows one statement carries. */
const STATEMENT_ROWS = 1000;

/** @throws TypeError `<table> row <index>, <column>: ...` where a row does not fit */
export function checkRows(table: RelationalTable, rows: readonly DataRow[]): void {
  for (const [index, row] of rows.entries()) {
    const parsed = table.schema.safeParse(row);
    if (parsed.success) continue;
    const [issue] = parsed.error.issues;
    const column = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.');
    throw new TypeError(`${table.name} row ${index}, ${column}: ${issue?.message}`);
  }
}

/** Writes checked rows in the client's transaction: a row of the same key is amended. */
export async function saveRows(
  client: PoolClient,
  table: RelationalTable,
  rows: readonly DataRow[],
): Promise<WriteResult> {
  const distinct = [...new Map(rows.map((row) => [keyOf(table, row), row])).entries()]
    // Two writers of the same rows wait for each other then, instead of locking each other out.
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);
  const sql = upsertSql(table);
  const result: WriteResult = { inserted: 0, amended: 0, unchanged: 0 };
  for (let start = 0; start < distinct.length; start += STATEMENT_ROWS) {
    const part = distinct.slice(start, start + STATEMENT_ROWS);
    const { rows: counts } = await client.query<{ inserted: number; amended: number }>(sql, [toRecords(table, part)]);
    const { inserted, amended } = counts[0] ?? { inserted: 0, amended: 0 };
    result.inserted += inserted;
    result.amended += amended;
    result.unchanged += part.length - inserted - amended;
  }
  return result;
}

function keyOf({ definition }: RelationalTable, row: DataRow): string {
  return JSON.stringify(definition.key.map((name) => row[name]));
}

function toRecords(table: RelationalTable, rows: readonly DataRow[]): string {
  return JSON.stringify(
    rows.map((row) => Object.fromEntries(table.columns.map(({ name, sqlName }) => [sqlName, row[name]]))),
  );
}

function upsertSql(table: RelationalTable): string {
  const values = table.columns.filter((column) => !table.key.includes(column));
  const types = table.columns.map(({ sql, sqlType }) => `${sql} ${sqlType}`).join(', ');
  const update = `DO UPDATE SET ${values.map(({ sql }) => `${sql} = excluded.${sql}`).join(', ')}
    WHERE (${values.map(({ sql }) => `stored.${sql}`).join(', ')})
      IS DISTINCT FROM (${values.map(({ sql }) => `excluded.${sql}`).join(', ')})`;
  // A row version made by an insert has no xmax; one made by an update carries the lock of ON CONFLICT.
  return `WITH saved AS (
    INSERT INTO ${table.qualified} AS stored (${columnList(table.columns)})
    SELECT ${columnList(table.columns)} FROM json_to_recordset($1::json) AS given (${types})
    ON CONFLICT (${columnList(table.key)}) ${values.length === 0 ? 'DO NOTHING' : update}
    RETURNING stored.xmax = 0 AS fresh
  ) SELECT count(*) FILTER (WHERE fresh) AS inserted, count(*) FILTER (WHERE NOT fresh) AS amended FROM saved`;
}
