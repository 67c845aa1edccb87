import type { Pool, PoolClient } from 'pg';
import type { TableChange } from '../data-query.ts';
import { type FoundColumn, type FoundTable, readCatalog } from './read-catalog.ts';
import { columnDeclaration, columnList, columnOf, type RelationalTable, type SqlColumn } from './relational-table.ts';

/** A change and the statement that makes it; a drift has none. */
export interface PlannedChange extends TableChange {
  sql?: string;
}

/** What sets the tables of a database apart from their definitions. */
export async function planTables(
  database: Pool | PoolClient,
  schema: string,
  tables: readonly RelationalTable[],
): Promise<PlannedChange[]> {
  const catalog = await readCatalog(database, schema);
  const changes: PlannedChange[] = [];
  for (const table of tables) {
    const found = catalog.get(table.name);
    changes.push(
      ...(found ? await tableChanges(database, table, found) : [creation(table)]),
      ...indexChanges(table, found?.indexes ?? new Set()),
    );
  }
  return changes;
}

function creation(table: RelationalTable): PlannedChange {
  const columns = table.columns.map(columnDeclaration).join(', ');
  return {
    table: table.name,
    kind: 'create',
    detail: `${table.columns.length} columns, key ${table.definition.key.join(', ')}`,
    sql: `CREATE TABLE ${table.qualified} (${columns}, PRIMARY KEY (${columnList(table.key)}))`,
  };
}

async function tableChanges(
  database: Pool | PoolClient,
  table: RelationalTable,
  { columns, key }: FoundTable,
): Promise<PlannedChange[]> {
  const changes: PlannedChange[] = [];
  for (const column of table.columns) {
    const existing = columns.get(column.sqlName);
    const change = existing ? columnChange(table, column, existing) : await addition(database, table, column);
    if (change) changes.push(change);
  }
  const declared = new Set(table.columns.map(({ sqlName }) => sqlName));
  for (const [name, { required, filled }] of columns)
    if (required && !filled && !declared.has(name))
      changes.push(drift(table, `${name}: must be filled, and is not declared`));
  const expected = table.key.map(({ sqlName }) => sqlName).join(', ');
  if (key !== expected) changes.push(drift(table, `expected a key of ${expected}, found ${key ?? 'none'}`));
  return changes;
}

function columnChange(table: RelationalTable, column: SqlColumn, found: FoundColumn): PlannedChange | undefined {
  const { name, sql, sqlType, optional = false } = column;
  if (found.type !== sqlType) return drift(table, `${name}: expected ${sqlType}, found ${found.type}`);
  if (found.required !== optional) return undefined;
  if (!optional) return drift(table, `${name}: expected to be always there, found optional`);
  return {
    table: table.name,
    kind: 'alter-column',
    detail: `${name}: becomes optional`,
    sql: `ALTER TABLE ${table.qualified} ALTER COLUMN ${sql} DROP NOT NULL`,
  };
}

async function addition(
  database: Pool | PoolClient,
  table: RelationalTable,
  column: SqlColumn,
): Promise<PlannedChange> {
  if (!column.optional) {
    const { rows } = await database.query(`SELECT 1 FROM ${table.qualified} LIMIT 1`);
    if (rows.length > 0) return drift(table, `${column.name}: a new column must be optional, since rows there lack it`);
  }
  return {
    table: table.name,
    kind: 'add-column',
    detail: `${column.name} (${column.sqlType})`,
    sql: `ALTER TABLE ${table.qualified} ADD COLUMN ${columnDeclaration(column)}`,
  };
}

function drift(table: RelationalTable, detail: string): PlannedChange {
  return { table: table.name, kind: 'drift', detail };
}

function indexChanges(table: RelationalTable, found: ReadonlySet<string>): PlannedChange[] {
  return table.definition.indexes.flatMap((names): PlannedChange[] => {
    const columns = names.map((name) => columnOf(table, name));
    if (found.has(columns.map(({ sqlName }) => sqlName).join(', '))) return [];
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
