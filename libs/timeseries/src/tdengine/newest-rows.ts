import type { SeriesRow } from '../time-series-store.ts';
import { rowDecoder } from './row-decoder.ts';
import type { SeriesTable } from './series-table.ts';
import type { SqlRunner, SqlValue } from './sql-connection.ts';
import { textLiteral } from './sql-text.ts';
import { subtableName } from './subtable-name.ts';

const SYMBOLS_AT_ONCE = 500;

/** The newest row of each symbol that has one, out of the server's cache of last rows. */
export async function newestRows(
  runner: SqlRunner,
  table: SeriesTable,
  symbols: readonly string[],
): Promise<SeriesRow[]> {
  const decode = rowDecoder(table, 1);
  const bySubtable = new Map<SqlValue | undefined, string>();
  for (const symbol of symbols) bySubtable.set(subtableName(table.name, symbol), symbol);
  const names = [...bySubtable.keys()].map((name) => textLiteral(String(name)));
  const newest: SeriesRow[] = [];
  for (let i = 0; i < names.length; i += SYMBOLS_AT_ONCE) {
    // A tag in place of tbname, or a condition on time, would keep the server from using its cache.
    const rows = await runner.query(
      `SELECT tbname, LAST_ROW(${table.fieldList}) FROM ${table.qualified}
         WHERE tbname IN (${names.slice(i, i + SYMBOLS_AT_ONCE)}) PARTITION BY tbname`,
    );
    for (const values of rows) newest.push(decode(bySubtable.get(values[0]) ?? '', values));
  }
  return newest;
}
