import { ofSymbol } from './row-reader.ts';
import type { SeriesTable } from './series-table.ts';
import type { SqlRunner } from './sql-connection.ts';

/** The symbols that have rows: a subtable stays when its rows are removed, and is then no longer told. */
export async function symbolsWithRows(runner: SqlRunner, { qualified }: SeriesTable): Promise<string[]> {
  const rows = await runner.query(`SELECT LAST_ROW(ts), \`symbol\` FROM ${qualified} PARTITION BY tbname`);
  return rows.map(([, symbol]) => String(symbol)).sort();
}

export async function spanOf(
  runner: SqlRunner,
  table: SeriesTable,
  symbol: string,
): Promise<{ first: number; last: number } | undefined> {
  const sql = `SELECT FIRST(ts), LAST(ts) FROM ${table.qualified} WHERE ${ofSymbol(table, symbol)}`;
  const [row] = await runner.query(sql);
  if (typeof row?.[0] !== 'number') return undefined;
  return { first: row[0], last: Number(row[1]) };
}
