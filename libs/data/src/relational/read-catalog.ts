import type { Pool, PoolClient } from 'pg';

/** A table as the database has it. */
export interface FoundTable {
  columns: Map<string, FoundColumn>;
  /** `a, b`; undefined where it has no primary key. */
  key: string | undefined;
  /** `a, b` of every index that finds rows by these columns. */
  indexes: Set<string>;
}

export interface FoundColumn {
  /** As the catalog names it. */
  type: string;
  /** NOT NULL. */
  required: boolean;
  /** The database gives it a value where a row has none. */
  filled: boolean;
}

/** The tables of a schema, by name. */
export async function readCatalog(database: Pool | PoolClient, schema: string): Promise<Map<string, FoundTable>> {
  const tables = new Map<string, FoundTable>();
  const { rows: columns } = await database.query<{ table: string; name: string } & FoundColumn>(COLUMNS, [schema]);
  for (const { table, name, ...column } of columns) {
    const found = tables.get(table) ?? { columns: new Map(), key: undefined, indexes: new Set() };
    found.columns.set(name, column);
    tables.set(table, found);
  }
  const { rows: indexes } = await database.query<{ table: string; columns: string; primary: boolean }>(INDEXES, [
    schema,
  ]);
  for (const { table, columns: indexed, primary } of indexes) {
    const found = tables.get(table);
    found?.indexes.add(indexed);
    if (found && primary) found.key = indexed;
  }
  return tables;
}

const COLUMNS = `
  SELECT relname AS table, attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS required,
    atthasdef OR attidentity <> '' AS filled
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
  WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped`;

/** Indexes of all rows by plain columns, what they merely include aside. */
const INDEXES = `
  SELECT owner.relname AS table, indisprimary AS primary, string_agg(attname, ', ' ORDER BY position) AS columns
  FROM pg_index JOIN pg_class AS owner ON owner.oid = indrelid JOIN pg_class AS index ON index.oid = indexrelid
    JOIN pg_am ON pg_am.oid = index.relam
    CROSS JOIN LATERAL unnest(indkey::int2[]) WITH ORDINALITY AS part (attribute, position)
    JOIN pg_attribute ON attrelid = indrelid AND attnum = attribute
  WHERE owner.relnamespace = to_regnamespace($1) AND amname = 'btree' AND indisvalid AND indpred IS NULL
    AND indexprs IS NULL AND position <= indnkeyatts
  GROUP BY owner.relname, indexrelid, indisprimary`;
