/**
 * What a column holds: `bigint` and `double` are JS numbers (bigint: safe integers only), `date` a trade date
 * `YYYY-MM-DD`, `timestamp` ms since epoch UTC, `json` any JSON value.
 */
export const COLUMN_TYPES = ['text', 'bigint', 'double', 'boolean', 'date', 'timestamp', 'json'] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

export interface TableColumn {
  name: string;
  type: ColumnType;
  /** Makes a list of at most that many numbers. */
  length?: number;
  optional?: boolean;
  /** Such as `yuan` or `shares`, for documents. */
  unit?: string;
  description?: string;
}

export const TABLE_CLASSES = ['market', 'reference', 'derived', 'transaction', 'meta'] as const;
export type TableClass = (typeof TABLE_CLASSES)[number];

/** What a time-series database may keep once per symbol instead of in every row. */
export const SYMBOL_TAGS = ['exchange', 'board', 'kind'] as const;
export type SymbolTag = (typeof SYMBOL_TAGS)[number];

/** One table as the registry declares it. */
export interface TableDefinition {
  name: string;
  class: TableClass;
  description: string;
  /** The kind of database it lives in. */
  target: 'timeseries' | 'relational';
  /** The service whose table it is. */
  owner: string;
  columns: readonly TableColumn[];
  /** Columns that identify a row. */
  key: readonly string[];
  /** Time span of one partition of a table keyed by symbol and ts. */
  partition?: 'day' | 'month' | 'year';
  tags: readonly SymbolTag[];
  /** Rows older than this many days may be dropped; kept for good where absent. */
  retentionDays?: number;
  /** Further indexes, by their columns. */
  indexes: readonly (readonly string[])[];
  /** Most rows are written again with other values. */
  amends: boolean;
}

/** One thing that is wrong in a registry file. */
export interface RegistryFault {
  file: string;
  line: number;
  reason: string;
}

/** The registry cannot be used; `faults` says where and why. */
export class RegistryError extends Error {
  readonly faults: readonly RegistryFault[];

  constructor(faults: readonly RegistryFault[]) {
    super(faults.map(({ file, line, reason }) => `${file}:${line}: ${reason}`).join('\n'));
    this.name = 'RegistryError';
    this.faults = faults;
  }
}
