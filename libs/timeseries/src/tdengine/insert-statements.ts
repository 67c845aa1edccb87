import type { SeriesRow } from '../time-series-store.ts';
import { rowEncoder } from './row-encoder.ts';
import type { SeriesTable } from './series-table.ts';
import { SqlBuffer } from './sql-buffer.ts';
import { quoteName, textLiteral } from './sql-text.ts';
import { subtableName } from './subtable-name.ts';

/** The server takes 1 MB. */
const LONGEST_STATEMENT_BYTES = 900_000;

/** Gives the values of a series' tags, by tag. */
export type TagsOf = (symbol: string) => Readonly<Record<string, string | undefined>>;

/**
 * Inserts into the super table, which make the subtables they need; made one at a time, as they are sent. Naming the
 * columns once a statement, not once a subtable, is a third faster where each has one row.
 */
export function* insertStatements(
  table: SeriesTable,
  groups: ReadonlyMap<string, readonly SeriesRow[]>,
  tagsOf: TagsOf,
): Generator<Buffer> {
  const encode = rowEncoder(table);
  const tags = table.tags.map((tag) => quoteName(tag.name)).join();
  const head = `INSERT INTO ${table.qualified} (tbname,${tags},${table.fieldList}) VALUES `;
  let statement = new SqlBuffer(head);
  for (const [symbol, rows] of groups) {
    const target = targetValues(table, symbol, tagsOf);
    for (const row of rows) {
      const { length } = statement;
      statement.sql(target);
      encode(row, statement);
      if (statement.length <= LONGEST_STATEMENT_BYTES) continue;
      yield statement.head(length);
      statement = new SqlBuffer(head);
      statement.sql(target);
      encode(row, statement);
    }
  }
  if (statement.length > Buffer.byteLength(head)) yield statement.head();
}

/** `('subtable','symbol','tag',...`, the beginning of each of a symbol's rows. */
function targetValues({ name, definition }: SeriesTable, symbol: string, tagsOf: TagsOf): string {
  const names = definition.tags ?? [];
  const values = names.length > 0 ? tagsOf(symbol) : {};
  const texts = [subtableName(name, symbol), symbol, ...names.map((tag) => values[tag])];
  return `(${texts.map((text) => (text === undefined ? 'NULL' : textLiteral(text))).join()}`;
}
