import { translateDatabaseErrors } from '@quotefleet/relational';
import { createPool, lockForTransaction, withTransaction } from '@quotefleet/relational/pg';
import type { TableDefinition } from '@quotefleet/tables';
import type { WriteResult } from '@quotefleet/timeseries';
import { escapeIdentifier, type PoolClient } from 'pg';
import type { DataQuery, DataRow, TableChange } from '../data-manager.ts';
import { planTables } from './plan-tables.ts';
import { type RelationalTable, relationalTable } from './relational-table.ts';
import { checkRows, saveRows } from './save-rows.ts';
import { deleteSql, selectSql } from './select-sql.ts';

export interface RelationalStoreOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  schema: string;
  poolMax?: number;
  logger?: { warn(fields: object, message: string): void };
}

/** Tables of any key in PostgreSQL. Its methods reject with DatabaseUnavailableError when connection or server fail. */
export interface RelationalStore {
  plan(tables: readonly TableDefinition[]): Promise<TableChange[]>;
  prepare(tables: readonly TableDefinition[]): Promise<void>;
  save(table: TableDefinition, rows: readonly DataRow[]): Promise<WriteResult>;
  load(table: TableDefinition, query: DataQuery): Promise<DataRow[]>;
  remove(table: TableDefinition, where: NonNullable<DataQuery['where']>): Promise<number>;
  check(): Promise<void>;
  close(): Promise<void>;
}

export function createRelationalStore({ url, schema, poolMax, logger }: RelationalStoreOptions): RelationalStore {
  const onIdleError = (error: Error) => logger?.warn({ err: error }, 'connection to the database lost');
  const pool = createPool({ url, applicationName: `quotefleet-${schema}`, onIdleError, ...(poolMax && { poolMax }) });
  const tables = new Map<TableDefinition, RelationalTable>();

  function tableOf(definition: TableDefinition): RelationalTable {
    const table = tables.get(definition) ?? relationalTable(schema, definition);
    tables.set(definition, table);
    return table;
  }

  function prepare(definitions: readonly TableDefinition[]): Promise<void> {
    return withTransaction(pool, async (client) => {
      await lockForTransaction(client, `tables:${schema}`);
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${escapeIdentifier(schema)}`);
      await applyChanges(client, schema, definitions.map(tableOf));
    });
  }

  async function load(definition: TableDefinition, query: DataQuery): Promise<DataRow[]> {
    const table = tableOf(definition);
    const { rows } = await pool.query<unknown[]>({ ...selectSql(table, query), rowMode: 'array' });
    return rows.map((row) => toDataRow(table, row));
  }

  return {
    plan: (definitions) => translateDatabaseErrors(() => planTables(pool, schema, definitions.map(tableOf))),
    prepare: (definitions) => translateDatabaseErrors(() => prepare(definitions)),
    save: (definition, rows) =>
      translateDatabaseErrors(async () => {
        const table = tableOf(definition);
        checkRows(table, rows);
        return withTransaction(pool, (client) => saveRows(client, table, rows));
      }),
    load: (definition, query) => translateDatabaseErrors(() => load(definition, query)),
    remove: (definition, where) =>
      translateDatabaseErrors(async () => (await pool.query(deleteSql(tableOf(definition), where))).rowCount ?? 0),
    check: () => translateDatabaseErrors(async () => void (await pool.query('SELECT 1'))),
    close: () => pool.end(),
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
