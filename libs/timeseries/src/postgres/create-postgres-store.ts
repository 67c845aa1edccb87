import { createPool, isUnavailable } from '@quotefleet/relational/pg';
import {
  type SeriesDefinition,
  StoreUnavailableError,
  type TableChange,
  type TimeSeriesStore,
} from '../time-series-store.ts';
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

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** Holds all tables of the store; made when it does not exist. */
  schema: string;
  /** Most connections at a time; 10 where absent. */
  poolMax?: number;
  logger?: { warn(fields: object, message: string): void };
}

/**
 * A time-series store on PostgreSQL 14 or later: a partitioned table per series, rows loaded by COPY.
 * Every method rejects with StoreUnavailableError when connection or server fail, and with a plain error when the data
 * or the series do.
 */
export function createPostgresStore({ url, schema, poolMax, logger }: PostgresStoreOptions): TimeSeriesStore {
  const onIdleError = (error: Error) => logger?.warn({ err: error }, 'connection to the time-series store lost');
  const pool = createPool({ url, applicationName: `quotefleet-${schema}`, onIdleError, ...(poolMax && { poolMax }) });
  const partitions = new Partitions(pool);
  const writer = new RowWriter(pool, partitions);
  const reader = new RowReader(pool, partitions);
  const tables = new Map<string, SeriesTable>();

  function tableOf(series: string): SeriesTable {
    const table = tables.get(series);
    if (!table) throw new Error(`expected a series that was prepared (${[...tables.keys()]}), was '${series}'`);
    return table;
  }

  async function prepare(series: readonly SeriesDefinition[]): Promise<void> {
    const prepared = series.map((definition) => seriesTable(schema, definition));
    await prepareTables(pool, schema, prepared);
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
    write: (series, rows) => translated(() => writer.write(tableOf(series), rows)),
    // Counting is 3 % of a merge and nothing of a COPY.
    append: (series, rows) => translated(async () => void (await writer.write(tableOf(series), rows))),
    read: (series, query) => translated(() => reader.read(tableOf(series), query)),
    extract: (series, query) => translatedChunks(() => extractColumns(pool, partitions, tableOf(series), query)),
    latest: (series, symbols) => translated(() => reader.latest(tableOf(series), symbols)),
    downsample: (series, query) => translated(() => downsample(pool, partitions, tableOf(series), query)),
    symbols: (series) => translated(() => listSymbols(pool, partitions, tableOf(series))),
    span: (series, symbol) => translated(() => reader.span(tableOf(series), symbol)),
    remove: (series, range) => translated(() => removeRows(pool, partitions, tableOf(series), range)),
    retire: (now) => translated(() => retire(now)),
    check: () => translated(check),
    close: () => pool.end(),
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
