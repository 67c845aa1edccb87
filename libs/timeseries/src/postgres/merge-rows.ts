import { withTransaction } from '@quotefleet/relational/pg';
import { escapeIdentifier, type Pool } from 'pg';
import type { SeriesRow, WriteResult } from '../time-series-store.ts';
import { CopyEncoder } from './copy-encoder.ts';
import { CopyIn } from './copy-in.ts';
import type { PartitionSpan } from './partition-span.ts';
import { partitionName } from './partitions.ts';
import { columnDeclarations, columnList, type SeriesTable } from './series-table.ts';

/** Up to so many rows travel as a parameter of one statement; a temporary table costs more than they do. */
const ONE_STATEMENT_ROWS = 500;

/** Writes rows of which some may be there already, and that were checked. */
export function mergeRows(
  pool: Pool,
  table: SeriesTable,
  rows: readonly SeriesRow[],
  spans: readonly PartitionSpan[],
): Promise<WriteResult> {
  const distinct = lastByKey(table, rows);
  const [span] = spans;
  return span && spans.length === 1 && distinct.length <= ONE_STATEMENT_ROWS
    ? mergeInOneStatement(pool, table, distinct, span)
    : mergeFromStage(pool, table, distinct, spans);
}

async function mergeInOneStatement(
  pool: Pool,
  table: SeriesTable,
  rows: readonly SeriesRow[],
  span: PartitionSpan,
): Promise<WriteResult> {
  const names = table.columns.map(({ name, sql }) => [name, sql.slice(1, -1)] as const);
  const records = rows.map((row) => Object.fromEntries(names.map(([name, sql]) => [sql, row[name]])));
  const types = table.columns.map(({ sql, sqlType }) => `${sql} ${sqlType.replace(' COLLATE "C"', '')}`).join(', ');
  const source = `json_to_recordset($1::json) AS stage (${types})`;
  const { rows: merged } = await pool.query<MergeCount>(mergeSql(table, source, span), [JSON.stringify(records)]);
  const { inserted, amended } = merged[0] ?? { inserted: 0, amended: 0 };
  return { inserted, amended, unchanged: rows.length - inserted - amended };
}

interface MergeCount {
  inserted: number;
  amended: number;
}

/** Into a temporary table and from there into the partitions, in one transaction. */
async function mergeFromStage(
  pool: Pool,
  table: SeriesTable,
  distinct: readonly SeriesRow[],
  spans: readonly PartitionSpan[],
): Promise<WriteResult> {
  const encoder = new CopyEncoder(table);
  for (let i = 0; i < distinct.length; i++) encoder.append(distinct[i] as SeriesRow, i);
  const messages = encoder.finish();
  const stage = `pg_temp.${escapeIdentifier(`stage_${table.name}`)}`;
  return withTransaction(pool, async (client) => {
    await client.query(`CREATE TEMP TABLE ${stage} (${columnDeclarations(table.columns)}) ON COMMIT DROP`);
    await client.query(new CopyIn([{ target: `${stage} (${columnList(table.columns)})`, messages }])).done;
    const result = { inserted: 0, amended: 0, unchanged: distinct.length };
    for (const span of spans) {
      const merged = await client.query<MergeCount>(mergeSql(table, stage, span));
      const { inserted, amended } = merged.rows[0] ?? { inserted: 0, amended: 0 };
      result.inserted += inserted;
      result.amended += amended;
      result.unchanged -= inserted + amended;
    }
    return result;
  });
}

function lastByKey(table: SeriesTable, rows: readonly SeriesRow[]): SeriesRow[] {
  const byKey = new Map<string, SeriesRow>();
  for (const row of rows) byKey.set(JSON.stringify(table.key.map(({ name }) => row[name])), row);
  return [...byKey.values()];
}

/** Sorted by key: two writers of the same rows then wait for each other instead of locking each other out. */
function mergeSql(table: SeriesTable, source: string, span: PartitionSpan): string {
  const partition = partitionName(table, span);
  const values = table.columns.filter((column) => !table.key.includes(column));
  const target = escapeIdentifier(table.name);
  const update = `DO UPDATE SET ${values.map(({ sql }) => `${sql} = excluded.${sql}`).join(', ')}
    WHERE (${values.map(({ sql }) => `${target}.${sql}`).join(', ')})
      IS DISTINCT FROM (${values.map(({ sql }) => `excluded.${sql}`).join(', ')})`;
  // A row version made by an insert has no xmax; one made by an update carries the lock of ON CONFLICT.
  return `WITH merged AS (
    INSERT INTO ${partition} AS ${target} (${columnList(table.columns)})
    SELECT ${columnList(table.columns)} FROM ${source}
    WHERE "ts" >= ${span.from} AND "ts" < ${span.to} ORDER BY ${columnList(table.key)}
    ON CONFLICT (${columnList(table.key)}) ${values.length === 0 ? 'DO NOTHING' : update}
    RETURNING xmax = 0 AS fresh
  ) SELECT count(*) FILTER (WHERE fresh) AS inserted, count(*) FILTER (WHERE NOT fresh) AS amended FROM merged`;
}
