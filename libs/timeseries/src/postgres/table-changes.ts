import { escapeIdentifier, type Pool, type PoolClient } from 'pg';
import type { TableChange } from '../time-series-store.ts';
import { partitionBounds } from './partition-bounds.ts';
import { partitionSpan } from './partition-span.ts';
import { columnDeclarations, columnList, type SeriesTable, type TableColumn } from './series-table.ts';

/** A change and the statement that makes it; drift has none. */
export interface PlannedChange extends TableChange {
  sql?: string;
}

interface FoundColumn {
  /** Quoted. */
  sql: string;
  type: string;
  required: boolean;
  /** In the primary key, where it is part of it. */
  place: number | null;
}

/** What sets the table in the database apart from the one of the definition. */
export async function tableChanges(database: Pool | PoolClient, table: SeriesTable): Promise<PlannedChange[]> {
  const found = await foundColumns(database, table);
  const series = table.definition.name;
  if (found.length === 0)
    return [{ series, kind: 'create', detail: `table ${table.qualified}`, sql: createSql(table) }];
  const changes: PlannedChange[] = [];
  for (const column of table.columns) {
    const existing = found.find(({ sql }) => sql === column.sql);
    const change = existing ? columnDrift(column, existing) : await newColumn(database, table, column);
    if (change) changes.push({ series, ...change });
  }
  const drifts = [keyDrift(table, found), await partitionDrift(database, table)];
  return [...changes, ...drifts.flatMap((detail) => (detail ? [{ series, kind: 'drift' as const, detail }] : []))];
}

function createSql(table: SeriesTable): string {
  return `CREATE TABLE ${table.qualified} (${columnDeclarations(table.columns)},
    PRIMARY KEY (${columnList(table.key)})) PARTITION BY RANGE ("ts")`;
}

function columnDrift(column: TableColumn, found: FoundColumn): Omit<PlannedChange, 'series'> | undefined {
  if (found.type !== typeOf(column)) {
    return { kind: 'drift', detail: `expected column ${column.name} of ${typeOf(column)}, found ${found.type}` };
  }
  if (!column.optional || !found.required) return undefined;
  return { kind: 'drift', detail: `expected column ${column.name} to be optional, found it required` };
}

async function newColumn(
  database: Pool | PoolClient,
  table: SeriesTable,
  column: TableColumn,
): Promise<Omit<PlannedChange, 'series'>> {
  const { rows } = column.optional ? { rows: [] } : await database.query(`SELECT 1 FROM ${table.qualified} LIMIT 1`);
  if (rows.length > 0) {
    return {
      kind: 'drift',
      detail: `expected column ${column.name} in every row, found rows from before there was one`,
    };
  }
  const declaration = columnDeclarations([column]);
  return {
    kind: 'add-column',
    detail: `column ${column.name} of ${typeOf(column)}`,
    sql: `ALTER TABLE ${table.qualified} ADD COLUMN ${declaration}`,
  };
}

function keyDrift(table: SeriesTable, found: readonly FoundColumn[]): string | undefined {
  const inKey = found.filter(({ place }) => place !== null).sort((a, b) => Number(a.place) - Number(b.place));
  const [expected, was] = [columnList(table.key), inKey.map(({ sql }) => sql).join(', ')];
  return expected === was ? undefined : `expected a key of ${expected}, found ${was || 'none'}`;
}

async function partitionDrift(database: Pool | PoolClient, table: SeriesTable): Promise<string | undefined> {
  const { partitionBy } = table.definition;
  const odd = (await partitionBounds(database, table)).find(({ from, to }) => {
    const span = partitionSpan(from, partitionBy);
    return span?.from !== from || span.to !== to;
  });
  return odd && `expected partitions of one ${partitionBy} each, found ${odd.name} from ${odd.from} to ${odd.to}`;
}

/** As the catalog names it. */
function typeOf({ sqlType }: TableColumn): string {
  return sqlType.replace(' COLLATE "C"', '');
}

async function foundColumns(database: Pool | PoolClient, table: SeriesTable): Promise<FoundColumn[]> {
  const { rows } = await database.query<{ name: string } & Omit<FoundColumn, 'sql'>>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS required,
       array_position(indkey::int2[], attnum) AS place
     FROM pg_attribute LEFT JOIN pg_index ON indrelid = attrelid AND indisprimary
     WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`,
    [table.qualified],
  );
  return rows.map(({ name, ...column }) => ({ sql: escapeIdentifier(name), ...column }));
}
