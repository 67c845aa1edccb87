import { createPool, isUnavailable } from '@quotefleet/relational/pg';
import {
  type ReadQuery,
  type SeriesDefinition,
  type SeriesRow,
  StoreUnavailableError,
  type TimeSeriesStore,
} from '../time-series-store.ts';
import { Partitions } from './partitions.ts';
import { prepareTables } from './prepare-tables.ts';
import { RowReader } from './row-reader.ts';
import { RowWriter } from './row-writer.ts';
import { type SeriesTable, seriesTable } from './series-table.ts';

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

  async function check(): Promise<void> {
    await pool.query('SELECT 1');
  }

  return {
    prepare: (series) => translated(() => prepare(series)),
    write: (series, rows: readonly SeriesRow[]) => translated(() => writer.write(tableOf(series), rows)),
    read: (series, query: ReadQuery) => translated(() => reader.read(tableOf(series), query)),
    latest: (series, symbols) => translated(() => reader.latest(tableOf(series), symbols)),
    check: () => translated(check),
    close: () => pool.end(),
  };
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new StoreUnavailableError(`PostgreSQL is not available: ${(error as Error).message}`, { cause: error });
  }
}
