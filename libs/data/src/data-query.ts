export type DataValue = string | number | boolean;
/** A row by column names; a column that is absent holds nothing. */
export type DataRow = Record<string, DataValue | readonly number[] | object | undefined>;

/** What a column must hold: that value, or what stands here; null for nothing. */
export type Condition =
  | DataValue
  | null
  | { in: readonly DataValue[] }
  | { /** Nothing, or what meets this. */ absentOr: Condition }
  | {
      from?: DataValue | undefined;
      /** Up to and including. */
      through?: DataValue | undefined;
      /** Up to, not including. */
      before?: DataValue | undefined;
      /** Of a text. */
      startsWith?: string | undefined;
    };

/** Conditions by column names; all of them hold. */
export type Conditions = Readonly<Record<string, Condition | undefined>>;

export interface DataQuery {
  /** A series needs `symbol`, and takes bounds of `ts` beside it. */
  where?: Conditions;
  /** Columns that are always there, before the key, by which rows are in order anyway. */
  orderBy?: readonly string[];
  descending?: boolean;
  /** Only rows past this place: the values of `orderBy` and then of the key's other columns (of a series, those after symbol). */
  after?: readonly (string | number | boolean)[];
  limit: number;
}

/** What sets a database apart from the registry. */
export interface TableChange {
  table: string;
  kind: 'create' | 'add-column' | 'alter-column' | 'create-index' | 'drift';
  detail: string;
}

/** @throws TypeError */
export function checkLimit(table: string, limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new TypeError(`${table}: expected a limit from 1 on, was ${limit}`);
}
