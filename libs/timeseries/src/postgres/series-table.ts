import { escapeIdentifier } from 'pg';
import type { ColumnDefinition, SeriesDefinition } from '../time-series-store.ts';
import { qualified, toSqlName } from './sql-names.ts';

/** A series as a table: everything about it that does not change from one call to the next. */
export interface SeriesTable {
  definition: SeriesDefinition;
  schema: string;
  /** SQL name of the table, unquoted. */
  name: string;
  /** Schema and name, quoted. */
  qualified: string;
  columns: readonly TableColumn[];
  key: readonly TableColumn[];
}

export interface TableColumn extends ColumnDefinition {
  /** Quoted. */
  sql: string;
  sqlType: string;
}

const SQL_TYPES = { text: 'text COLLATE "C"', bigint: 'bigint', double: 'double precision', boolean: 'boolean' };

/** @throws TypeError when the definition cannot be a table. */
export function seriesTable(schema: string, definition: SeriesDefinition): SeriesTable {
  const name = toSqlName(definition.name);
  const columns = definition.columns.map((column) => tableColumn(definition, column));
  if (new Set(columns.map((column) => column.sql)).size < columns.length) {
    throw new TypeError(`series ${definition.name}: expected columns whose snake_case names differ`);
  }
  const key = definition.key.map((keyName) => keyColumn(definition, columns, keyName));
  if (key[0]?.name !== 'symbol' || key[0].type !== 'text' || key[1]?.name !== 'ts' || key[1].type !== 'bigint') {
    throw new TypeError(`series ${definition.name}: expected a key that begins with symbol (text) and ts (bigint)`);
  }
  return { definition, schema, name, qualified: qualified(schema, name), columns, key };
}

function tableColumn(definition: SeriesDefinition, column: ColumnDefinition): TableColumn {
  const isList = column.length !== undefined;
  if (isList && column.type !== 'double' && column.type !== 'bigint') {
    throw new TypeError(`series ${definition.name}: expected a list of numbers, ${column.name} is of ${column.type}`);
  }
  return {
    ...column,
    sql: escapeIdentifier(toSqlName(column.name)),
    sqlType: `${SQL_TYPES[column.type]}${isList ? '[]' : ''}`,
  };
}

function keyColumn(definition: SeriesDefinition, columns: readonly TableColumn[], name: string): TableColumn {
  const column = columns.find((candidate) => candidate.name === name);
  if (!column || column.optional || column.length !== undefined) {
    throw new TypeError(`series ${definition.name}: expected key ${name} to be a required column, not a list`);
  }
  return column;
}

/** `"symbol", "ts", ...`. */
export function columnList(columns: readonly TableColumn[]): string {
  return columns.map((column) => column.sql).join(', ');
}

/** Column names with their types, as CREATE TABLE takes them. */
export function columnDeclarations(columns: readonly TableColumn[]): string {
  return columns.map(({ sql, sqlType, optional }) => `${sql} ${sqlType}${optional ? '' : ' NOT NULL'}`).join(', ');
}
