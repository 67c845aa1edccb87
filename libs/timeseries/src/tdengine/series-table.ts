import type { ColumnDefinition, SeriesDefinition } from '../time-series-store.ts';
import { quoteName, toSqlName } from './sql-text.ts';

/** The longest text of a column, in bytes of UTF-8: a row of the database holds 64 KB, and so at most 15 such columns. */
export const LONGEST_TEXT_BYTES = 4_096;
export const LONGEST_TAG_BYTES = 128;
const LONGEST_ROW_BYTES = 65_531;

/** A column of a super table: one of ours, or an element of a list. */
export interface TableField {
  /** Unquoted. */
  name: string;
  sqlType: string;
}

export interface TableColumn extends ColumnDefinition {
  /**
   * The value, and for an optional one whether there is any; for a list its elements and the count of them, -1 where it is
   * absent. NULL alone does not tell: up to version 3.3.6 the server makes it 0 on its way into a file where it took the
   * place of a column's only value.
   */
  fields: readonly TableField[];
}

/** A series as a super table: everything about it that does not change from one call to the next. */
export interface SeriesTable {
  definition: SeriesDefinition;
  /** Name of the super table, unquoted. */
  name: string;
  /** The super table with its database, quoted. */
  qualified: string;
  /** In the order of the table: `ts`, the rest of the key, all others. `symbol` is a tag. */
  columns: readonly TableColumn[];
  /** Behind `symbol`: `ts`, and what tells rows of one time apart. */
  key: readonly TableColumn[];
  fields: readonly TableField[];
  /** All fields, quoted. */
  fieldList: string;
  /** `symbol` first. */
  tags: readonly TableField[];
}

const SQL_TYPES = { text: `VARCHAR(${LONGEST_TEXT_BYTES})`, bigint: 'BIGINT', double: 'DOUBLE', boolean: 'BOOL' };
const TAG_TYPE = `VARCHAR(${LONGEST_TAG_BYTES})`;

/** @throws TypeError when the definition cannot be a super table. */
export function seriesTable(database: string, definition: SeriesDefinition): SeriesTable {
  const name = toSqlName(definition.name);
  const key = definition.key.map((keyName, at) => keyColumn(definition, keyName, at)).slice(1);
  const others = definition.columns.filter((column) => !definition.key.includes(column.name));
  const columns = [...key, ...others.map((column) => tableColumn(definition, column))];
  const fields = columns.flatMap((column) => column.fields);
  const tags = ['symbol', ...(definition.tags ?? [])].map((tag) => ({ name: toSqlName(tag), sqlType: TAG_TYPE }));
  checkFields(definition, fields, tags);
  const qualified = `${quoteName(database)}.${quoteName(name)}`;
  const fieldList = fields.map((field) => quoteName(field.name)).join(', ');
  return { definition, name, qualified, columns, key, fields, fieldList, tags };
}

function keyColumn(definition: SeriesDefinition, name: string, at: number): TableColumn {
  const column = definition.columns.find((candidate) => candidate.name === name);
  const isPlain = column && !column.optional && column.length === undefined;
  const expected = ['symbol', 'ts', name][at];
  if (!isPlain || name !== expected || column.type !== (at === 0 ? 'text' : 'bigint') || definition.key.length < 2) {
    throw new TypeError(
      `series ${definition.name}: expected the key symbol (text), ts (bigint) and at most one bigint more, was ${definition.key}`,
    );
  }
  const sqlType = name === 'ts' ? 'TIMESTAMP' : SQL_TYPES[column.type];
  return { ...column, fields: [{ name: toSqlName(name), sqlType }] };
}

function tableColumn(definition: SeriesDefinition, column: ColumnDefinition): TableColumn {
  const name = toSqlName(column.name);
  const sqlType = SQL_TYPES[column.type];
  if (column.length === undefined) {
    const presence = column.optional ? [{ name: `has_${name}`, sqlType: 'BOOL' }] : [];
    return { ...column, fields: [{ name, sqlType }, ...presence] };
  }
  if (column.type !== 'double' && column.type !== 'bigint') {
    throw new TypeError(`series ${definition.name}: expected a list of numbers, ${column.name} is of ${column.type}`);
  }
  const elements = Array.from({ length: column.length }, (_, i) => ({ name: `${name}_${i + 1}`, sqlType }));
  return { ...column, fields: [...elements, { name: `${name}_count`, sqlType: 'SMALLINT' }] };
}

function checkFields({ name }: SeriesDefinition, fields: readonly TableField[], tags: readonly TableField[]): void {
  const all = [...tags, ...fields];
  const names = new Set(all.map((field) => field.name));
  if (names.size < all.length) throw new TypeError(`series ${name}: expected columns and tags whose names differ`);
  if (fields.length < 2) throw new TypeError(`series ${name}: expected a column besides symbol and ts`);
  const bytes = fields.reduce(
    (sum, { sqlType }) => sum + (sqlType.startsWith('VARCHAR') ? LONGEST_TEXT_BYTES + 2 : 8),
    0,
  );
  if (bytes > LONGEST_ROW_BYTES) {
    throw new TypeError(`series ${name}: expected columns of at most ${LONGEST_ROW_BYTES} bytes, was ${bytes}`);
  }
}
