import type { TableChange } from '../time-series-store.ts';
import type { SeriesTable, TableField } from './series-table.ts';
import { ErrorCode, serverCode } from './server-error.ts';
import type { SqlRunner } from './sql-connection.ts';

/** A change to one super table, and the statements that make it: none for a drift. */
export interface PlannedChange extends TableChange {
  statements: readonly string[];
}

interface FoundField {
  sqlType: string;
  isTag: boolean;
  isKey: boolean;
}

/** What sets a super table apart from its definition. */
export async function planTable(runner: SqlRunner, table: SeriesTable): Promise<PlannedChange[]> {
  const found = await describeTable(runner, table);
  if (!found) {
    return [
      {
        series: table.definition.name,
        kind: 'create',
        detail: `super table ${table.name}`,
        statements: [createSql(table)],
      },
    ];
  }
  const changes: PlannedChange[] = [];
  for (const column of [...table.columns, ...table.tags.map(asColumn)]) {
    const change = await planColumn(runner, table, found, column);
    if (change) changes.push({ series: table.definition.name, ...change });
  }
  return changes;
}

interface PlannedColumn {
  name: string;
  fields: readonly TableField[];
  optional?: boolean;
  isTag?: boolean;
}

function asColumn(tag: TableField): PlannedColumn {
  return { name: tag.name, fields: [tag], optional: true, isTag: true };
}

async function planColumn(
  runner: SqlRunner,
  table: SeriesTable,
  found: ReadonlyMap<string, FoundField>,
  { name, fields, optional, isTag = false }: PlannedColumn,
): Promise<Omit<PlannedChange, 'series'> | undefined> {
  for (const field of fields) {
    const existing = found.get(field.name);
    const isKey = table.key.slice(1).some((key) => key.name === name);
    if (existing && !(fits(existing.sqlType, field.sqlType) && existing.isTag === isTag && existing.isKey === isKey)) {
      const detail = `column ${name}: expected ${described({ sqlType: field.sqlType, isTag, isKey })}, found ${described(existing)}`;
      return { kind: 'drift', detail, statements: [] };
    }
  }
  const missing = fields.filter((field) => !found.has(field.name));
  if (missing.length === 0) return undefined;
  const expected = missing.map((field) => `${field.name} ${field.sqlType}`).join(', ');
  if (!optional && (await hasRows(runner, table))) {
    return {
      kind: 'drift',
      detail: `column ${name}: expected ${expected}, rows without it are stored`,
      statements: [],
    };
  }
  const statements = missing.map(
    (field) => `ALTER STABLE ${table.qualified} ADD ${isTag ? 'TAG' : 'COLUMN'} \`${field.name}\` ${field.sqlType}`,
  );
  return { kind: 'add-column', detail: `${isTag ? 'tag' : 'column'} ${name}: ${expected}`, statements };
}

/** Undefined where there is no such table, or no database yet. */
async function describeTable(runner: SqlRunner, table: SeriesTable): Promise<Map<string, FoundField> | undefined> {
  try {
    const rows = await runner.query(`DESCRIBE ${table.qualified}`);
    return new Map(
      rows.map(([name, type, bytes, note]) => [
        String(name),
        {
          sqlType: type === 'VARCHAR' ? `VARCHAR(${bytes})` : String(type),
          isTag: note === 'TAG',
          isKey: note === 'PRIMARY KEY',
        },
      ]),
    );
  } catch (error) {
    const code = serverCode(error);
    const { tableMissing, databaseMissing, databaseNotSpecified } = ErrorCode;
    if (code === tableMissing || code === databaseMissing || code === databaseNotSpecified) return undefined;
    throw error;
  }
}

async function hasRows(runner: SqlRunner, table: SeriesTable): Promise<boolean> {
  return (await runner.query(`SELECT ts FROM ${table.qualified} LIMIT 1`)).length > 0;
}

/** Text of more room than expected does. */
function fits(found: string, expected: string): boolean {
  const [foundBytes, expectedBytes] = [found, expected].map((type) => /^VARCHAR\((\d+)\)$/.exec(type)?.[1]);
  if (foundBytes === undefined || expectedBytes === undefined) return found === expected;
  return Number(foundBytes) >= Number(expectedBytes);
}

function described({ sqlType, isTag, isKey }: FoundField): string {
  return `${sqlType}${isTag ? ' as a tag' : ''}${isKey ? ' in the key' : ''}`;
}

function createSql({ qualified, fields, key, tags }: SeriesTable): string {
  const inKey = key[1]?.fields[0]?.name;
  const columns = fields.map(({ name, sqlType }) => `\`${name}\` ${sqlType}${name === inKey ? ' PRIMARY KEY' : ''}`);
  const tagList = tags.map(({ name, sqlType }) => `\`${name}\` ${sqlType}`);
  return `CREATE STABLE IF NOT EXISTS ${qualified} (${columns.join(', ')}) TAGS (${tagList.join(', ')})`;
}
