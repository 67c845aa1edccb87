import type { ReadQuery, SeriesRow } from '../time-series-store.ts';
import { rowDecoder } from './row-decoder.ts';
import type { SeriesTable } from './series-table.ts';
import type { SqlRunner } from './sql-connection.ts';
import { integerLiteral, quoteName, textLiteral } from './sql-text.ts';
import { subtableName } from './subtable-name.ts';

/** Reads rows of one symbol, page by page. */
export async function readRows(runner: SqlRunner, table: SeriesTable, query: ReadQuery): Promise<SeriesRow[]> {
  const decode = rowDecoder(table);
  const rows = await runner.query(readSql(table, query));
  return rows.map((values) => decode(query.symbol, values));
}

function readSql(table: SeriesTable, query: ReadQuery): string {
  const order = query.order === 'desc' ? 'DESC' : 'ASC';
  const conditions = [
    ofSymbol(table, query.symbol),
    ...(query.from === undefined ? [] : [`ts >= ${integerLiteral(query.from)}`]),
    ...(query.to === undefined ? [] : [`ts < ${integerLiteral(query.to)}`]),
    ...(query.after === undefined ? [] : afterConditions(table, query.after, order === 'ASC' ? '>' : '<')),
  ];
  // Rows of one time come in the order of the rest of the key, which is how a subtable keeps them; naming it in ORDER BY
  // would have the server read all rows and sort them before it takes the first.
  return `SELECT ${table.fieldList} FROM ${table.qualified} WHERE ${conditions.join(' AND ')}
    ORDER BY ts ${order} LIMIT ${integerLiteral(query.limit)}`;
}

/** The condition that leaves the subtable of one symbol. */
export function ofSymbol({ name }: SeriesTable, symbol: string): string {
  return `tbname = ${textLiteral(subtableName(name, symbol))}`;
}

/** The first of them bounds the range that the server scans. */
function afterConditions(table: SeriesTable, after: readonly unknown[], past: '<' | '>'): string[] {
  const [time, second] = table.key;
  if (after.length !== table.key.length || !after.every(Number.isSafeInteger)) {
    const names = table.key.map((column) => column.name).join(', ');
    throw new TypeError(`${table.definition.name}: expected after to be [${names}], was [${after}]`);
  }
  const [ts, rest] = after.map(integerLiteral);
  if (!time || !second) return [`ts ${past} ${ts}`];
  return [`ts ${past}= ${ts}`, `(ts ${past} ${ts} OR ${quoteName(second.fields[0]?.name ?? '')} ${past} ${rest})`];
}
