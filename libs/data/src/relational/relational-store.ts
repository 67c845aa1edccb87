import { translateDatabaseErrors } from '@quotefleet/relational';
import { createRoutedPool, lockForTransaction, type RoutedPoolStats } from '@quotefleet/relational/pg';
import type { TableDefinition } from '@quotefleet/tables';
import type { WriteResult } from '@quotefleet/timeseries';
import { escapeIdentifier, type PoolClient } from 'pg';
import type { Conditions, DataQuery, DataRow, TableChange } from '../data-query.ts';
import { planTables } from './plan-tables.ts';
import { type PoolLogger, type PoolSettings, poolReports } from './pool-reports.ts';
import { type RelationalTable, relationalTable } from './relational-table.ts';
import { checkRows, saveRows } from './save-rows.ts';
import { deleteSql, selectSql } from './select-sql.ts';

export interface RelationalStoreOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** Its streaming replicas, which answer loads. */
  replicaUrls?: readonly string[] | undefined;
  schema: string;
  pool?: PoolSettings | undefined;
  logger?: PoolLogger | undefined;
}

/** Tables of any key in PostgreSQL. Its methods reject with DatabaseUnavailableError when connection or server fail. */
export interface RelationalStore {
  plan(tables: readonly TableDefinition[]): Promise<TableChange[]>;
  prepare(tables: readonly TableDefinition[]): Promise<void>;
  save(table: TableDefinition, rows: readonly DataRow[]): Promise<WriteResult>;
  /** Sees what this store has saved. */
  load(table: TableDefinition, query: DataQuery): Promise<DataRow[]>;
  remove(table: TableDefinition, where: Conditions): Promise<number>;
  poolStats(): RoutedPoolStats;
  check(): Promise<void>;
  close(): Promise<void>;
}

export function createRelationalStore(options: RelationalStoreOptions): RelationalStore {
  const { url, replicaUrls = [], schema, pool: settings, logger } = options;
  const applicationName = `quotefleet-${schema}`;
  const pool = createRoutedPool({ ...settings, ...poolReports(logger), primaryUrl: url, replicaUrls, applicationName });
  // To keep track of what was written costs a round trip: without replicas there is nothing to choose.
  const session = replicaUrls.length > 0 ? pool.createSession() : undefined;
  const tables = new Map<TableDefinition, RelationalTable>();

  function tableOf(definition: TableDefinition): RelationalTable {
    const table = tables.get(definition) ?? relationalTable(schema, definition);
    tables.set(definition, table);
    return table;
  }

  async function plan(definitions: readonly TableDefinition[]): Promise<TableChange[]> {
    const changes = await planTables(pool.primary, schema, definitions.map(tableOf));
    return changes.map(({ sql: _, ...change }) => change);
  }

  async function prepare(definitions: readonly TableDefinition[]): Promise<void> {
    await pool.write(async (client) => {
      await lockForTransaction(client, `tables:${schema}`);
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${escapeIdentifier(schema)}`);
      await applyChanges(client, schema, definitions.map(tableOf));
    }, session);
  }

  async function save(definition: TableDefinition, rows: readonly DataRow[]): Promise<WriteResult> {
    const table = tableOf(definition);
    checkRows(table, rows);
    if (rows.length === 0) return { inserted: 0, amended: 0, unchanged: 0 };
    return pool.write((client) => saveRows(client, table, rows), session);
  }

  async function load(definition: TableDefinition, query: DataQuery): Promise<DataRow[]> {
    const table = tableOf(definition);
    const statement = selectSql(table, query);
    const { rows } = await pool.read((client) => client.query<unknown[]>({ ...statement, rowMode: 'array' }), session);
    return rows.map((row) => toDataRow(table, row));
  }

  async function remove(definition: TableDefinition, where: Conditions): Promise<number> {
    const { rowCount } = await pool.query({ ...deleteSql(tableOf(definition), where), route: 'write', session });
    return rowCount ?? 0;
  }

  return {
    plan: (definitions) => translateDatabaseErrors(() => plan(definitions)),
    prepare: (definitions) => translateDatabaseErrors(() => prepare(definitions)),
    save: (definition, rows) => translateDatabaseErrors(() => save(definition, rows)),
    load: (definition, query) => translateDatabaseErrors(() => load(definition, query)),
    remove: (definition, where) => translateDatabaseErrors(() => remove(definition, where)),
    poolStats: () => pool.stats(),
    check: () => translateDatabaseErrors(async () => void (await pool.primary.query('SELECT 1'))),
    close: () => pool.close(),
  };
}

async function applyChanges(client: PoolClient, schema: string, tables: readonly RelationalTable[]): Promise<void> {
  const changes = await planTables(client, schema, tables);
  const drifts = changes.filter(({ kind }) => kind === 'drift');
  if (drifts.length > 0)
    throw new Error(drifts.map(({ table, detail }) => `table ${table} has drifted: ${detail}`).join('; '));
  for (const { sql } of changes) if (sql !== undefined) await client.query(sql);
}

function toDataRow({ columns }: RelationalTable, values: readonly unknown[]): DataRow {
  const row: DataRow = {};
  for (let c = 0; c < columns.length; c++) {
    const value = values[c];
    if (value !== null) row[(columns[c] as { name: string }).name] = value as DataRow[string];
  }
  return row;
}
