import { type ColumnType, rowSchema, type TableColumn, type TableDefinition } from '@quotefleet/tables';
import { qualified, toSqlName } from '@quotefleet/timeseries';
import { escapeIdentifier } from 'pg';

/** A table of the registry as PostgreSQL has it. */
export interface RelationalTable {
  definition: TableDefinition;
  /** Unquoted. */
  name: string;
  /** Schema and name, quoted. */
  qualified: string;
  columns: readonly SqlColumn[];
  key: readonly SqlColumn[];
  /** Of one row. */
  schema: ReturnType<typeof rowSchema>;
}

export interface SqlColumn extends TableColumn {
  /** Unquoted. */
  sqlName: string;
  /** Quoted. */
  sql: string;
  sqlType: string;
}

const SQL_TYPES: Record<ColumnType, string> = {
  text: 'text',
  bigint: 'bigint',
  double: 'double precision',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'bigint',
  json: 'jsonb',
};

export function relationalTable(schema: string, definition: TableDefinition): RelationalTable {
  const columns = definition.columns.map(toSqlColumn);
  const byName = new Map(columns.map((column) => [column.name, column]));
  return {
    definition,
    name: definition.name,
    qualified: qualified(schema, definition.name),
    columns,
    key: definition.key.map((name) => byName.get(name) as SqlColumn),
    schema: rowSchema(definition),
  };
}

function toSqlColumn(column: TableColumn): SqlColumn {
  const sqlName = toSqlName(column.name);
  const sqlType = `${SQL_TYPES[column.type]}${column.length === undefined ? '' : '[]'}`;
  return { ...column, sqlName, sql: escapeIdentifier(sqlName), sqlType };
}

/** @throws TypeError naming the columns there are */
export function columnOf(table: RelationalTable, name: string): SqlColumn {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (!column) {
    const known = table.columns.map((candidate) => candidate.name).join(', ');
    throw new TypeError(`${table.name}: expected a column (${known}), was '${name}'`);
  }
  return column;
}

/** As CREATE TABLE takes it. Texts are in order of their code points, whatever the database's language. */
export function columnDeclaration({ sql, sqlType, type, optional }: SqlColumn): string {
  return `${sql} ${sqlType}${type === 'text' ? ' COLLATE "C"' : ''}${optional ? '' : ' NOT NULL'}`;
}

/** `"symbol", "end_date", ...`. */
export function columnList(columns: readonly SqlColumn[]): string {
  return columns.map(({ sql }) => sql).join(', ');
}
