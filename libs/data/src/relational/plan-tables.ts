import type { Pool, PoolClient } from 'pg';
import type { TableChange } from '../data-manager.ts';
import { columnList, columnOf, type RelationalTable, type SqlColumn } from './relational-table.ts';

/** A change and the statement that makes it; a drift has none. */
export interface PlannedChange extends TableChange {
  sql?: string;
}

/** What sets the tables of a database apart from their definitions. */
export async function planTables(
  client: Pool | PoolClient,
  schema: string,
  tables: readonly RelationalTable[],
): Promise<PlannedChange[]> {
  const columns = await existingColumns(client, schema);
  const indexes = await existingIndexes(client, schema);
  return tables.flatMap((table) => {
    const found = columns.get(table.name);
    const tableChanges = found ? columnChanges(table, found) : [creation(table)];
    return [...tableChanges, ...indexChanges(table, indexes.get(table.name) ?? new Set())];
  });
}

interface FoundColumn {
  type: string;
  required: boolean;
}

function creation(table: RelationalTable): PlannedChange {
  const declarations = table.columns.map(declaration).join(', ');
  return {
    table: table.name,
    kind: 'create',
    detail: `${table.columns.length} columns, key ${table.definition.key.join(', ')}`,
    sql: `CREATE TABLE ${table.qualified} (${declarations}, PRIMARY KEY (${columnList(table.key)}))`,
  };
}

function declaration({ sql, sqlType, optional }: SqlColumn): string {
  return `${sql} ${sqlType}${optional ? '' : ' NOT NULL'}`;
}

function columnChanges(table: RelationalTable, found: ReadonlyMap<string, FoundColumn>): PlannedChange[] {
  const changes = table.columns.flatMap((column): PlannedChange[] => {
    const existing = found.get(column.sqlName);
    if (!existing) return [addition(table, column)];
    if (existing.type !== column.sqlType)
      return [drift(table, `${column.name}: expected ${column.sqlType}, found ${existing.type}`)];
    if (existing.required !== !column.optional) return [requirement(table, column)];
    return [];
  });
  const declared = new Set(table.columns.map(({ sqlName }) => sqlName));
  const strangers = [...found].filter(([name, { required }]) => required && !declared.has(name));
  return [...changes, ...strangers.map(([name]) => drift(table, `${name}: must be filled, and is not declared`))];
}

function addition(table: RelationalTable, column: SqlColumn): PlannedChange {
  if (!column.optional) return drift(table, `${column.name}: a new column must be optional, since rows there lack it`);
  return {
    table: table.name,
    kind: 'add-column',
    detail: `${column.name} (${column.sqlType})`,
    sql: `ALTER TABLE ${table.qualified} ADD COLUMN ${declaration(column)}`,
  };
}

function requirement(table: RelationalTable, { name, sql, optional }: SqlColumn): PlannedChange {
  if (!optional) return drift(table, `${name}: expected to be always there, found optional`);
  return {
    table: table.name,
    kind: 'alter-column',
    detail: `${name}: becomes optional`,
    sql: `ALTER TABLE ${table.qualified} ALTER COLUMN ${sql} DROP NOT NULL`,
  };
}

function drift(table: RelationalTable, detail: string): PlannedChange {
  return { table: table.name, kind: 'drift', detail };
}

function indexChanges(table: RelationalTable, found: ReadonlySet<string>): PlannedChange[] {
  return table.definition.indexes.flatMap((names) => {
    const columns = names.map((name) => columnOf(table, name));
    if (found.has(columns.map(({ sqlName }) => sqlName).join(','))) return [];
    return [
      {
        table: table.name,
        kind: 'create-index',
        detail: names.join(', '),
        sql: `CREATE INDEX ON ${table.qualified} (${columnList(columns)})`,
      },
    ];
  });
}

async function existingColumns(client: Pool | PoolClient, schema: string) {
  const { rows } = await client.query<{ table: string; name: string; type: string; required: boolean }>(
    `SELECT relname AS table, attname AS name, format_type(atttypid, atttypmod) AS type,
       attnotnull AND NOT atthasdef AND attidentity = '' AS required
     FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped`,
    [schema],
  );
  const tables = new Map<string, Map<string, FoundColumn>>();
  for (const { table, name, type, required } of rows) {
    const columns = tables.get(table) ?? new Map<string, FoundColumn>();
    tables.set(table, columns.set(name, { type, required }));
  }
  return tables;
}

/** Table -> the column lists of its indexes, `a,b`. */
async function existingIndexes(client: Pool | PoolClient, schema: string): Promise<Map<string, Set<string>>> {
  const { rows } = await client.query<{ table: string; columns: string }>(
    `SELECT owner.relname AS table, string_agg(attname, ',' ORDER BY position) AS columns
     FROM pg_index JOIN pg_class AS owner ON owner.oid = indrelid
       CROSS JOIN LATERAL unnest(indkey::int2[]) WITH ORDINALITY AS part (attribute, position)
       JOIN pg_attribute ON attrelid = indrelid AND attnum = attribute
     WHERE owner.relnamespace = to_regnamespace($1) GROUP BY owner.relname, indexrelid`,
    [schema],
  );
  const tables = new Map<string, Set<string>>();
  for (const { table, columns } of rows) tables.set(table, (tables.get(table) ?? new Set()).add(columns));
  return tables;
}
