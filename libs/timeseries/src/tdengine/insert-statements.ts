import type { SeriesRow } from '../time-series-store.ts';
import { rowEncoder } from './row-encoder.ts';
import type { SeriesTable } from './series-table.ts';
import { quoteName, textLiteral } from './sql-text.ts';
import { subtableName } from './subtable-name.ts';

/** The server takes 1 MB. */
const LONGEST_STATEMENT_BYTES = 900_000;

/** Gives the values of a series' tags, by tag. */
export type TagsOf = (symbol: string) => Readonly<Record<string, string | undefined>>;

/** Multi-table inserts that make the subtables they need; made one at a time, as they are sent. */
export function* insertStatements(
  table: SeriesTable,
  groups: ReadonlyMap<string, readonly SeriesRow[]>,
  tagsOf: TagsOf,
): Generator<string> {
  const encode = rowEncoder(table);
  let statement = '';
  let bytes = 0;
  for (const [symbol, rows] of groups) {
    const target = targetOf(table, symbol, tagsOf);
    let isTarget = false;
    for (const row of rows) {
      const tuple = encode(row);
      const tupleBytes = Buffer.byteLength(tuple);
      if (bytes + target.bytes + tupleBytes > LONGEST_STATEMENT_BYTES && statement !== '') {
        yield statement;
        statement = '';
        isTarget = false;
      }
      if (statement === '') {
        statement = 'INSERT INTO';
        bytes = statement.length;
      }
      statement += isTarget ? tuple : target.sql + tuple;
      bytes += tupleBytes + (isTarget ? 0 : target.bytes);
      isTarget = true;
    }
  }
  if (statement !== '') yield statement;
}

function targetOf(table: SeriesTable, symbol: string, tagsOf: TagsOf): { sql: string; bytes: number } {
  const { definition, prefix, qualified, tags, fieldList } = table;
  const values = definition.tags?.length ? tagsOf(symbol) : {};
  const literals = [symbol, ...(definition.tags ?? []).map((tag) => values[tag])].map((value) =>
    value === undefined ? 'NULL' : textLiteral(value),
  );
  const names = tags.map((tag) => quoteName(tag.name));
  const subtable = prefix + quoteName(subtableName(table.name, symbol));
  const sql = ` ${subtable} USING ${qualified} (${names.join(',')}) TAGS (${literals.join(',')}) (${fieldList}) VALUES `;
  return { sql, bytes: Buffer.byteLength(sql) };
}
