import { isUnavailable, type PoolOptions } from '@quotefleet/relational/pg';
import {
  type SeriesDefinition,
  type SeriesRow,
  StoreUnavailableError,
  type TableChange,
  type TimeSeriesStore,
  type WriteResult,
} from '../time-series-store.ts';
import { ownConnections, type PostgresConnections } from './connections.ts';
import { downsample } from './downsample.ts';
import { extractColumns } from './extract-columns.ts';
import { listSymbols } from './list-symbols.ts';
import { Partitions } from './partitions.ts';
import { prepareTables } from './prepare-tables.ts';
import { removeRows } from './remove-rows.ts';
import { retirePartitions } from './retire-partitions.ts';
import { RowReader } from './row-reader.ts';
import { RowWriter } from './row-writer.ts';
import { type SeriesTable, seriesTable } from './series-table.ts';
import { tableChanges } from './table-changes.ts';

export interface PostgresStoreOptions extends PoolOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** Holds all tables of the store; made when it does not exist. */
  schema: string;
  /** Most connections at a time, without overflow. */
  poolMax?: number;
  /** Connections to `url` that others use too: in place of a pool of its own, and not closed with the store. */
  connections?: PostgresConnections;
}

/**
 * A time-series store on PostgreSQL 14 or later: a partitioned table per series, rows loaded by COPY.
 * Every method rejects with StoreUnavailableError when connection or server fail, and with a plain error when the data
 * or the series do.
 */
export function createPostgresStore({
  schema,
  connections: shared,
  ...options
}: PostgresStoreOptions): TimeSeriesStore {
  const connections = shared ?? ownConnections({ schema, ...options });
  const pool = connections.primary;
  const partitions = new Partitions(pool);
  const writer = new RowWriter(pool, partitions);
  const reader = new RowReader(connections, partitions);
  const tables = new Map<string, SeriesTable>();

  function tableOf(series: string): SeriesTable {
    const table = tables.get(series);
    if (!table) throw new Error(`expected a series that was prepared (${[...tables.keys()]}), was '${series}'`);
    return table;
  }

  async function write(series: string, rows: readonly SeriesRow[]): Promise<WriteResult> {
    const result = await writer.write(tableOf(series), rows);
    await connections.wrote();
    return result;
  }

  async function prepare(series: readonly SeriesDefinition[]): Promise<void> {
    const prepared = series.map((definition) => seriesTable(schema, definition));
    await prepareTables(pool, schema, prepared);
    await connections.wrote();
    for (const table of prepared) tables.set(table.definition.name, table);
  }

  async function plan(series: readonly SeriesDefinition[]): Promise<TableChange[]> {
    const changes: TableChange[] = [];
    for (const definition of series) {
      for (const { sql: _, ...change } of await tableChanges(pool, seriesTable(schema, definition)))
        changes.push(change);
    }
    return changes;
  }

  async function retire(now: number): Promise<string[]> {
    const dropped: string[] = [];
    for (const table of tables.values()) dropped.push(...(await retirePartitions(pool, partitions, table, now)));
    return dropped;
  }

  async function check(): Promise<void> {
    await pool.query('SELECT 1');
  }

  return {
    plan: (series) => translated(() => plan(series)),
    prepare: (series) => translated(() => prepare(series)),
    write: (series, rows) => translated(() => write(series, rows)),
    // Counting is 3 % of a merge and nothing of a COPY.
    append: (series, rows) => translated(async () => void (await write(series, rows))),
    read: (series, query) => translated(() => reader.read(tableOf(series), query)),
    extract: (series, query) => translatedChunks(() => extractColumns(pool, partitions, tableOf(series), query)),
    latest: (series, symbols) => translated(() => reader.latest(tableOf(series), symbols)),
    downsample: (series, query) => translated(() => downsample(connections, partitions, tableOf(series), query)),
    symbols: (series) => translated(() => listSymbols(pool, partitions, tableOf(series))),
    span: (series, symbol) => translated(() => reader.span(tableOf(series), symbol)),
    remove: (series, range) =>
      translated(async () => {
        await removeRows(pool, partitions, tableOf(series), range);
        await connections.wrote();
      }),
    retire: (now) => translated(() => retire(now)),
    check: () => translated(check),
    close: async () => {
      if (!shared) await pool.end();
    },
  };
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translation(error);
  }
}

async function* translatedChunks<T>(work: () => AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* work();
  } catch (error) {
    throw translation(error);
  }
}

function translation(error: unknown): unknown {
  if (!isUnavailable(error)) return error;
  return new StoreUnavailableError(`PostgreSQL is not available: ${(error as Error).message}`, { cause: error });
}
