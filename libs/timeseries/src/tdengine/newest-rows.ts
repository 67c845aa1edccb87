import type { SeriesRow } from '../time-series-store.ts';
import type { SeriesTable } from './series-table.ts';
import type { SqlRunner, SqlValue } from './sql-connection.ts';
import { quoteName, textLiteral } from './sql-text.ts';
import { findStored, keyText, type RowKey } from './stored-rows.ts';
import { subtableName } from './subtable-name.ts';

const SYMBOLS_AT_ONCE = 500;

/**
 * The newest row of each symbol: its key out of the server's cache of last rows, then the row by its key. The cache is
 * not asked for the row itself, since versions up to 3.3.6 give 0 out of it for a bigint that is NULL.
 */
export async function newestRows(
  runner: SqlRunner,
  table: SeriesTable,
  symbols: readonly string[],
): Promise<SeriesRow[]> {
  const wanted = [...new Set(symbols)];
  const keys: RowKey[] = [];
  for (let i = 0; i < wanted.length; i += SYMBOLS_AT_ONCE) {
    keys.push(...(await newestKeys(runner, table, wanted.slice(i, i + SYMBOLS_AT_ONCE))));
  }
  const stored = await findStored(runner, table, keys);
  // One that was removed in between is left out.
  return keys.flatMap((key) => stored.get(keyText(table, key)) ?? []);
}

async function newestKeys(runner: SqlRunner, table: SeriesTable, symbols: readonly string[]): Promise<RowKey[]> {
  const bySubtable = new Map<SqlValue, string>(symbols.map((symbol) => [subtableName(table.name, symbol), symbol]));
  const names = [...bySubtable.keys()].map((name) => textLiteral(String(name))).join(',');
  const keyList = table.key.map((column) => quoteName(column.fields[0]?.name ?? '')).join(',');
  // Selecting a tag in place of tbname would keep the server from using its cache.
  const sql = `SELECT tbname, LAST_ROW(${keyList}) FROM ${table.qualified} WHERE tbname IN (${names}) PARTITION BY tbname`;
  const rows = await runner.query(sql);
  return rows.map(([subtable, ...key]) => ({
    ...Object.fromEntries(table.key.map(({ name }, i) => [name, key[i]])),
    ts: Number(key[0]),
    symbol: bySubtable.get(subtable ?? null) ?? '',
  }));
}
