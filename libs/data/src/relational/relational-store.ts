import { translateDatabaseErrors } from '@quotefleet/relational';
import { lockForTransaction, type RoutedPoolStats } from '@quotefleet/relational/pg';
import type { TableDefinition } from '@quotefleet/tables';
import type { WriteResult } from '@quotefleet/timeseries';
import { escapeIdentifier, type PoolClient } from 'pg';
import type { Conditions, DataQuery, DataRow, TableChange } from '../data-query.ts';
import { planTables } from './plan-tables.ts';
import { type RelationalTable, relationalTable } from './relational-table.ts';
import { checkRows, saveRows } from './save-rows.ts';
import { deleteSql, selectSql } from './select-sql.ts';
import type { SharedConnections } from './shared-connections.ts';

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

/** @param connections are closed with the store */
export function createRelationalStore(schema: string, connections: SharedConnections): RelationalStore {
  const tables = new Map<TableDefinition, RelationalTable>();

  function tableOf(definition: TableDefinition): RelationalTable {
    const table = tables.get(definition) ?? relationalTable(schema, definition);
    tables.set(definition, table);
    return table;
  }

  async function plan(definitions: readonly TableDefinition[]): Promise<TableChange[]> {
    const changes = await planTables(connections.primary, schema, definitions.map(tableOf));
    return changes.map(({ sql: _, ...change }) => change);
  }

  async function prepare(definitions: readonly TableDefinition[]): Promise<void> {
    await connections.write(async (client) => {
      await lockForTransaction(client, `tables:${schema}`);
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${escapeIdentifier(schema)}`);
      await applyChanges(client, schema, definitions.map(tableOf));
    });
  }

  async function save(definition: TableDefinition, rows: readonly DataRow[]): Promise<WriteResult> {
    const table = tableOf(definition);
    checkRows(table, rows);
    if (rows.length === 0) return { inserted: 0, amended: 0, unchanged: 0 };
    return connections.write((client) => saveRows(client, table, rows));
  }

  async function load(definition: TableDefinition, query: DataQuery): Promise<DataRow[]> {
    const table = tableOf(definition);
    const statement = selectSql(table, query);
    const { rows } = await connections.read((client) => client.query<unknown[]>({ ...statement, rowMode: 'array' }));
    return rows.map((row) => toDataRow(table, row));
  }

  async function remove(definition: TableDefinition, where: Conditions): Promise<number> {
    const { rowCount } = await connections.write((client) => client.query(deleteSql(tableOf(definition), where)));
    return rowCount ?? 0;
  }

  return {
    plan: (definitions) => translateDatabaseErrors(() => plan(definitions)),
    prepare: (definitions) => translateDatabaseErrors(() => prepare(definitions)),
    save: (definition, rows) => translateDatabaseErrors(() => save(definition, rows)),
    load: (definition, query) => translateDatabaseErrors(() => load(definition, query)),
    remove: (definition, where) => translateDatabaseErrors(() => remove(definition, where)),
    poolStats: () => connections.stats(),
    check: () => translateDatabaseErrors(async () => void (await connections.primary.query('SELECT 1'))),
    close: () => connections.close(),
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
