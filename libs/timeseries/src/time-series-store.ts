/** `double` and `bigint` are JS numbers (bigint: safe integers only); `length` makes a list of at most that many. */
export interface ColumnDefinition {
  name: string;
  type: 'text' | 'bigint' | 'double' | 'boolean';
  length?: number;
  optional?: boolean;
}

/**
 * A series of rows keyed by symbol and time. `symbol` (text) and `ts` (bigint, ms since epoch UTC)
 * are always columns and always in the key.
 */
export interface SeriesDefinition {
  name: string;
  columns: readonly ColumnDefinition[];
  /** Columns that identify a row, `symbol` and `ts` first: a write with the same key amends. */
  key: readonly string[];
  /** The time span of one partition. */
  partitionBy: 'day' | 'month' | 'year';
  /** Most rows are written again with other values, as bars in progress are: a hint for speed, never for meaning. */
  amends?: boolean;
}

export type ColumnValue = string | number | boolean | readonly number[] | undefined;
export interface SeriesRow {
  symbol: string;
  ts: number;
  [column: string]: ColumnValue;
}

/** How a write changed the store. A row given twice in one write counts once, the last one wins. */
export interface WriteResult {
  inserted: number;
  /** Replaced other values under the same key. */
  amended: number;
  /** Were there already, exactly so. */
  unchanged: number;
}

export interface ReadQuery {
  symbol: string;
  /** From this time on, ms. */
  from?: number;
  /** Up to, not including. */
  to?: number;
  order?: 'asc' | 'desc';
  /** Only rows past this key, in the read's order: the values of the key columns that follow `symbol`. */
  after?: readonly (string | number)[];
  /** At most this many rows. */
  limit: number;
}

/** Storage of time series; a caller never learns which database is behind it. */
export interface TimeSeriesStore {
  /** Creates what is missing for these series; existing data stays. */
  prepare(series: readonly SeriesDefinition[]): Promise<void>;
  /** All rows or none; resolves once they are durable. */
  write(series: string, rows: readonly SeriesRow[]): Promise<WriteResult>;
  read(series: string, query: ReadQuery): Promise<SeriesRow[]>;
  /** The newest row of each symbol that has one. */
  latest(series: string, symbols: readonly string[]): Promise<SeriesRow[]>;
  /** Rejects when the store cannot be used now. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The store cannot be reached or refuses work for now: try again later. */
export class StoreUnavailableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnavailableError';
  }
}
