import type { SymbolRange } from '../time-series-store.ts';
import type { SeriesTable } from './series-table.ts';
import type { SqlRunner } from './sql-connection.ts';
import { integerLiteral, textLiteral } from './sql-text.ts';

const DAY_MS = 86_400_000;
/** So much time is deleted by one statement. */
const CHUNK_MS = 31 * DAY_MS;
const EARLIEST_MS = Date.UTC(1600, 0, 1);

export async function removeRows(
  runner: SqlRunner,
  table: SeriesTable,
  { symbol, from, to }: SymbolRange,
): Promise<void> {
  if (from >= to) return;
  const range = `ts >= ${integerLiteral(from)} AND ts < ${integerLiteral(to)}`;
  await runner.execute(`DELETE FROM ${table.qualified} WHERE \`symbol\` = ${textLiteral(symbol)} AND ${range}`);
}

/** Deletes what is past the series' retention, oldest first. @returns a line for the log if there was anything */
export async function retireRows(runner: SqlRunner, table: SeriesTable, now: number): Promise<string[]> {
  const { name, retentionDays } = table.definition;
  if (retentionDays === undefined) return [];
  const cutoff = Math.floor(now - retentionDays * DAY_MS);
  let deleted = 0;
  for (let from = EARLIEST_MS; from < cutoff; ) {
    const past = `ts >= ${integerLiteral(from)} AND ts < ${integerLiteral(cutoff)}`;
    const [row] = await runner.query(`SELECT FIRST(ts) FROM ${table.qualified} WHERE ${past}`);
    const first = row?.[0];
    if (typeof first !== 'number') break;
    from = Math.min(first + CHUNK_MS, cutoff);
    const chunk = `ts >= ${integerLiteral(first)} AND ts < ${integerLiteral(from)}`;
    deleted += await runner.execute(`DELETE FROM ${table.qualified} WHERE ${chunk}`);
  }
  return deleted === 0 ? [] : [`${name}: ${deleted} rows before ${new Date(cutoff).toISOString()}`];
}
