import type { TableDefinition, TableRegistry } from '@quotefleet/tables';
import type { ReadQuery, SeriesRow, TimeSeriesStore, WriteResult } from '@quotefleet/timeseries';
import type { RelationalStore } from './relational/relational-store.ts';
import { isSeries, seriesDefinition } from './series/series-definition.ts';

export type DataValue = string | number | boolean;
/** A row by column names; a column that is absent holds nothing. */
export type DataRow = Record<string, DataValue | readonly number[] | object | null | undefined>;

/** What a column must hold: that value, or what stands here; null for nothing. */
export type Condition =
  | DataValue
  | null
  | { in: readonly DataValue[] }
  | {
      from?: DataValue | undefined;
      /** Up to and including. */
      through?: DataValue | undefined;
      /** Up to, not including. */
      before?: DataValue | undefined;
      startsWith?: string | undefined;
      /** Nothing, or what meets this. */
      absentOr?: Condition | undefined;
    };

export interface DataQuery {
  /** All of them hold. A series needs `symbol`, and takes bounds of `ts` beside it. */
  where?: Readonly<Record<string, Condition | undefined>>;
  /** Before the key, by which rows are in order anyway. */
  orderBy?: readonly string[];
  descending?: boolean;
  /** Only rows past this place: the values of `orderBy` and then of the key's other columns (of a series, those after symbol). */
  after?: readonly (string | number)[];
  limit: number;
}

/** What sets a database apart from the registry. */
export interface TableChange {
  table: string;
  kind: 'create' | 'add-column' | 'alter-column' | 'create-index' | 'drift';
  detail: string;
}

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
  load(table: string, query: DataQuery): Promise<DataRow[]>;
  /** Removes rows of a relational table, and tells how many. @throws TypeError for no condition */
  remove(table: string, where: NonNullable<DataQuery['where']>): Promise<number>;
  /** The tables of symbol and time, for what only those can be asked. */
  series: TimeSeriesStore;
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
  return {
    registry,
    series,
    async plan() {
      const changes = await series.plan(ordered);
      return [
        ...changes.map(({ series: table, ...change }) => ({ table, ...change })),
        ...(await relational.plan(plain)).map(({ table, kind, detail }) => ({ table, kind, detail })),
      ];
    },
    async prepare() {
      await Promise.all([series.prepare(ordered), relational.prepare(plain)]);
    },
    save(name, rows) {
      const table = registry.get(name);
      return isSeries(table) ? series.write(name, rows as readonly SeriesRow[]) : relational.save(table, rows);
    },
    load(name, query) {
      const table = registry.get(name);
      return isSeries(table) ? series.read(name, readQuery(name, query)) : relational.load(table, query);
    },
    remove: (name, where) => relational.remove(registry.get(name), where),
    check: async () => void (await Promise.all([series.check(), relational.check()])),
    close: async () => void (await Promise.all([series.close(), relational.close()])),
  };
}

/** A query of a series: of one symbol, in order of its key. */
function readQuery(table: string, { where = {}, after, descending, limit, orderBy }: DataQuery): ReadQuery {
  const { symbol, ts, ...others } = where;
  if (typeof symbol !== 'string' || Object.keys(others).length > 0 || orderBy !== undefined)
    throw new TypeError(`${table}: expected a query of one symbol and a range of ts`);
  const bounds = typeof ts === 'object' && ts !== null && !('in' in ts) ? ts : {};
  const to = bounds.before ?? (bounds.through === undefined ? undefined : Number(bounds.through) + 1);
  return {
    symbol,
    ...(bounds.from === undefined ? {} : { from: Number(bounds.from) }),
    ...(to === undefined ? {} : { to: Number(to) }),
    ...(after === undefined ? {} : { after }),
    order: descending ? 'desc' : 'asc',
    limit,
  };
}
