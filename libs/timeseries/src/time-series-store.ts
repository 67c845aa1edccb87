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
  /** Names of what is the same for all rows of a symbol, for stores that keep such tags: the store's `tagsOf` gives their values. */
  tags?: readonly string[];
  /** Rows older than this many days may be dropped by `retire`; kept for good where absent. */
  retentionDays?: number;
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

/** Rows of one symbol from `from` on, up to but not including `to`, ms. */
export interface SymbolRange {
  symbol: string;
  from: number;
  to: number;
}

/** Bars of one symbol, made in the database from bars of a shorter period. */
export interface DownsampleQuery extends SymbolRange {
  /** Width of a bucket; a bucket (end - everyMs, end] ends at a whole multiple of it since the epoch. */
  everyMs: number;
}

/** Columns of many symbols, over a half-open range of time in ms: all of time where absent. */
export interface ExtractQuery {
  symbols: readonly string[];
  from?: number;
  to?: number;
  /** `bigint` and `double` columns, `ts` among them; lists have no place in an extract. */
  columns: readonly string[];
}

/** All rows of one symbol, by time, as a column of numbers each: `length` values, NaN where a row has none. */
export interface SeriesColumns {
  symbol: string;
  length: number;
  columns: Readonly<Record<string, Float64Array>>;
}

/** What sets a database apart from the definitions. */
export interface TableChange {
  series: string;
  /** `drift` is a difference that no change could mend without losing data. */
  kind: 'create' | 'add-column' | 'drift';
  /** For a person: the column and what was expected and found. */
  detail: string;
}

/** Storage of time series; a caller never learns which database is behind it. */
export interface TimeSeriesStore {
  /** What `prepare` would do, without doing it. */
  plan(series: readonly SeriesDefinition[]): Promise<TableChange[]>;
  /**
   * Creates what is missing for these series; existing data stays.
   * @throws Error naming series and column where one has drifted
   */
  prepare(series: readonly SeriesDefinition[]): Promise<void>;
  /**
   * Stores rows, amending those of the same key; resolves once they are durable. All are checked before the first one is
   * stored. When it rejects with StoreUnavailableError some may be stored: writing them again is safe.
   * @throws TypeError `<series> row <index>, <column>: expected ..., was ...` where a row does not fit; nothing is stored then
   */
  write(series: string, rows: readonly SeriesRow[]): Promise<WriteResult>;
  /** As `write`, without telling what it changed: as fast as the database takes rows. */
  append(series: string, rows: readonly SeriesRow[]): Promise<void>;
  read(series: string, query: ReadQuery): Promise<SeriesRow[]>;
  /**
   * Whole columns for research, one chunk per symbol that has rows, in the order of `symbols`, each once. The database waits
   * for a consumer that takes its time; one that leaves early leaves nothing running. The chunks are not of one moment: rows
   * written meanwhile may be in some of them.
   * @throws TypeError at the first chunk where a column is not one of plain numbers
   */
  extract(series: string, query: ExtractQuery): AsyncIterable<SeriesColumns>;
  /** The newest row of each symbol that has one. */
  latest(series: string, symbols: readonly string[]): Promise<SeriesRow[]>;
  /**
   * Of a series with open, high, low, close, volume, amount and final: one row per bucket that has any, oldest first, `ts`
   * being the bucket's end. open is the first, close the last, high and low the extremes, volume and amount sums; final
   * when all are.
   */
  downsample(series: string, query: DownsampleQuery): Promise<SeriesRow[]>;
  /** The symbols that have rows, ascending. */
  symbols(series: string): Promise<string[]>;
  /** First and last time of a symbol's rows; undefined where it has none. */
  span(series: string, symbol: string): Promise<{ first: number; last: number } | undefined>;
  /** Deletes rows, all of the range. */
  remove(series: string, range: SymbolRange): Promise<void>;
  /** Drops what lies wholly past each series' retention, and makes room ahead where the database wants that. Returns what was dropped, for the log. */
  retire(now: number): Promise<string[]>;
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
