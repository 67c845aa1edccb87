import { extractByReads } from '../extract-by-reads.ts';
import type { TimeSeriesStore } from '../time-series-store.ts';
import { createConnectionPool, type TdengineLogger, type TdenginePoolOptions } from './connection-pool.ts';
import { downsampleRows } from './downsample-rows.ts';
import type { TagsOf } from './insert-statements.ts';
import { spanOf, symbolsWithRows } from './inventory.ts';
import type { PoolStats } from './lease-pool.ts';
import { newestRows } from './newest-rows.ts';
import { planTable } from './plan-tables.ts';
import { prepareTables } from './prepare-tables.ts';
import { removeRows, retireRows } from './remove-rows.ts';
import { readRows } from './row-reader.ts';
import { RowWriter } from './row-writer.ts';
import { type SeriesTable, seriesTable } from './series-table.ts';
import { checkServer } from './sql-connection.ts';
import { toSqlName } from './sql-text.ts';
import { parseAddress } from './tdengine-address.ts';

export interface TdengineStoreOptions {
  /** `http://user:password@host:6041` of taosAdapter; with `ws://`, `@tdengine/websocket` is used where it is installed. */
  url: string;
  /** Made when it does not exist. */
  database: string;
  /** Values of the tags that a series names, written when a symbol's first row of it is. */
  tagsOf?: TagsOf;
  pool?: TdenginePoolOptions;
  /** Virtual groups of a database that is made; 2 where absent, about one per core of the cluster is right. */
  vgroups?: number;
  /** Write buffer of each, MB; 256 where absent. A small one is written to files often, in small blocks: half as fast. */
  bufferMb?: number;
  logger?: TdengineLogger;
}

export interface TdengineStore extends TimeSeriesStore {
  poolStats(): PoolStats;
}

/**
 * A time-series store on TDengine 3.3: a super table per series and a subtable per symbol. Every method rejects with
 * StoreUnavailableError when connection or server fail, and with a plain error when the data or the series do. Limits are
 * those of the database: texts of 4,096 bytes, symbols of 128, times from 1600 to 2969.
 */
export function createTdengineStore(options: TdengineStoreOptions): TdengineStore {
  const { tagsOf = () => ({}), vgroups = 2, bufferMb = 256, logger } = options;
  const database = toSqlName(options.database);
  const pool = createConnectionPool(parseAddress(options.url), options.pool, logger);
  const writer = new RowWriter(pool, tagsOf);
  const tables = new Map<string, SeriesTable>();

  async function tableOf(series: string): Promise<SeriesTable> {
    const table = tables.get(series);
    if (!table) throw new Error(`expected a series that was prepared (${[...tables.keys()]}), was '${series}'`);
    return table;
  }

  return {
    async plan(series) {
      const planned = await Promise.all(series.map((one) => planTable(pool, seriesTable(database, one))));
      return planned.flat().map(({ statements: _, ...change }) => change);
    },
    async prepare(series) {
      const prepared = series.map((definition) => seriesTable(database, definition));
      await prepareTables(pool, database, prepared, { vgroups, bufferMb, logger });
      for (const table of prepared) tables.set(table.definition.name, table);
    },
    write: async (series, rows) => writer.write(await tableOf(series), rows),
    append: async (series, rows) => writer.append(await tableOf(series), rows),
    read: async (series, query) => readRows(pool, await tableOf(series), query),
    async *extract(series, query) {
      const table = await tableOf(series);
      yield* extractByReads(table.definition, (page) => readRows(pool, table, page), query);
    },
    latest: async (series, symbols) => newestRows(pool, await tableOf(series), symbols),
    downsample: async (series, query) => downsampleRows(pool, await tableOf(series), query),
    symbols: async (series) => symbolsWithRows(pool, await tableOf(series)),
    span: async (series, symbol) => spanOf(pool, await tableOf(series), symbol),
    remove: async (series, range) => removeRows(pool, await tableOf(series), range),
    async retire(now) {
      const lines: string[] = [];
      for (const table of tables.values()) lines.push(...(await retireRows(pool, table, now)));
      return lines;
    },
    check: () => checkServer(pool),
    close: () => pool.close(),
    poolStats: () => pool.stats(),
  };
}
