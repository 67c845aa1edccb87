import { withTransaction } from '@quotefleet/relational/pg';
import { escapeIdentifier, type Pool } from 'pg';
import type { SeriesRow, WriteResult } from '../time-series-store.ts';
import { CopyEncoder } from './copy-encoder.ts';
import { CopyIn } from './copy-in.ts';
import type { PartitionSpan } from './partition-span.ts';
import { partitionName } from './partitions.ts';
import { columnDeclarations, columnList, type SeriesTable } from './series-table.ts';

/** Writes rows of which some may be there already: into a temporary table and from there into the partitions. */
export async function mergeRows(
  pool: Pool,
  table: SeriesTable,
  rows: readonly SeriesRow[],
  spans: readonly PartitionSpan[],
): Promise<WriteResult> {
  const distinct = lastByKey(table, rows);
  const encoder = new CopyEncoder(table);
  for (let i = 0; i < distinct.length; i++) encoder.append(distinct[i] as SeriesRow, i);
  const messages = encoder.finish();
  const stage = `pg_temp.${escapeIdentifier(`stage_${table.name}`)}`;
  return withTransaction(pool, async (client) => {
    await client.query(`CREATE TEMP TABLE ${stage} (${columnDeclarations(table.columns)}) ON COMMIT DROP`);
    await client.query(new CopyIn([{ target: `${stage} (${columnList(table.columns)})`, messages }])).done;
    const result = { inserted: 0, amended: 0, unchanged: distinct.length };
    for (const span of spans) {
      const merged = await client.query<{ inserted: number; amended: number }>(mergeSql(table, stage, span));
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
function mergeSql(table: SeriesTable, stage: string, span: PartitionSpan): string {
  const partition = partitionName(table, span);
  const values = table.columns.filter((column) => !table.key.includes(column));
  const target = escapeIdentifier(table.name);
  const update = `DO UPDATE SET ${values.map(({ sql }) => `${sql} = excluded.${sql}`).join(', ')}
    WHERE (${values.map(({ sql }) => `${target}.${sql}`).join(', ')})
      IS DISTINCT FROM (${values.map(({ sql }) => `excluded.${sql}`).join(', ')})`;
  // A row version made by an insert has no xmax; one made by an update carries the lock of ON CONFLICT.
  return `WITH merged AS (
    INSERT INTO ${partition} AS ${target} (${columnList(table.columns)})
    SELECT ${columnList(table.columns)} FROM ${stage}
    WHERE "ts" >= ${span.from} AND "ts" < ${span.to} ORDER BY ${columnList(table.key)}
    ON CONFLICT (${columnList(table.key)}) ${values.length === 0 ? 'DO NOTHING' : update}
    RETURNING xmax = 0 AS fresh
  ) SELECT count(*) FILTER (WHERE fresh) AS inserted, count(*) FILTER (WHERE NOT fresh) AS amended FROM merged`;
}
