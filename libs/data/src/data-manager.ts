import type { RoutedPoolStats } from '@quotefleet/relational/pg';
import type { TableDefinition, TableRegistry } from '@quotefleet/tables';
import type { SeriesRow, TimeSeriesStore, WriteResult } from '@quotefleet/timeseries';
import type { Conditions, DataQuery, DataRow, TableChange } from './data-query.ts';
import type { RelationalStore } from './relational/relational-store.ts';
import { readQuery } from './series/read-query.ts';
import { isSeries, seriesDefinition } from './series/series-definition.ts';

/** Saves and loads rows of the registry's tables; which database holds a table is its own affair. */
export interface DataManager {
  registry: TableRegistry;
  /** What `prepare` would do. */
  plan(): Promise<TableChange[]>;
  /** Makes the tables as the registry has them. @throws Error naming table and column that have drifted */
  prepare(): Promise<void>;
  /**
   * Saves all rows or, of a relational table, none; a row of a key that is there is amended.
   * @throws TypeError `<table> row <index>, <column>: expected ...`
   */
  save(table: string, rows: readonly DataRow[]): Promise<WriteResult>;
  /** @throws TypeError for a query that the table cannot answer */
  load(table: string, query: DataQuery): Promise<DataRow[]>;
  /** Removes rows of a table without partitions, and tells how many. @throws TypeError for no condition */
  remove(table: string, where: Conditions): Promise<number>;
  /** The tables of symbol and time, for what only those can be asked. */
  series: TimeSeriesStore;
  /** Connections of the tables without partitions, to the primary and its replicas. */
  poolStats(): RoutedPoolStats;
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface DataManagerParts {
  registry: TableRegistry;
  /** The tables that are to be there: those of one owner, or all. */
  tables: readonly TableDefinition[];
  relational: RelationalStore;
  series: TimeSeriesStore;
}

export function createDataManager({ registry, tables, relational, series }: DataManagerParts): DataManager {
  const plain = tables.filter((table) => !isSeries(table));
  const ordered = tables.filter(isSeries).map(seriesDefinition);

  function tableOf(name: string): TableDefinition {
    const table = registry.get(name);
    if (!tables.includes(table)) throw new Error(`expected a table of this service, was '${name}' of ${table.owner}`);
    return table;
  }

  return {
    registry,
    series,
    async plan() {
      const changes = await series.plan(ordered);
      return [
        ...changes.map(({ series: table, ...change }) => ({ table, ...change })),
        ...(await relational.plan(plain)),
      ];
    },
    async prepare() {
      // One after the other: both may have to make the same PostgreSQL schema.
      await series.prepare(ordered);
      await relational.prepare(plain);
    },
    async save(name, rows) {
      const table = tableOf(name);
      return isSeries(table) ? series.write(name, rows as readonly SeriesRow[]) : relational.save(table, rows);
    },
    async load(name, query) {
      const table = tableOf(name);
      return isSeries(table) ? series.read(name, readQuery(name, query)) : relational.load(table, query);
    },
    async remove(name, where) {
      const table = tableOf(name);
      if (isSeries(table)) throw new TypeError(`${name}: expected a table without partitions: its rows go by range`);
      return relational.remove(table, where);
    },
    poolStats: () => relational.poolStats(),
    check: async () => void (await Promise.all([series.check(), relational.check()])),
    close: async () => void (await Promise.all([series.close(), relational.close()])),
  };
}
