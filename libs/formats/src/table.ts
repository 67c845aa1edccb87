/**
 * What a field's cells hold.
 * - `text`: a string
 * - `bigint`: a safe integer
 * - `double`: a finite number; -0 counts as 0
 * - `boolean`
 * - `date`: a string `YYYY-MM-DD`
 * - `timestamp`: ms since the epoch, UTC
 * - `json`: any JSON value but `null`
 */
export type FieldType = 'text' | 'bigint' | 'double' | 'boolean' | 'date' | 'timestamp' | 'json';

export interface Field {
  name: string;
  type: FieldType;
  /** The cells are arrays of it; for `double` and `bigint` only. */
  list?: boolean;
  /** Cells may be absent: `undefined` or `null`. */
  nullable?: boolean;
  /** For people; kept where the format has a place for it. */
  description?: string;
}

export type Cell = string | number | boolean | readonly number[] | object | null | undefined;

/** The cells of one row, in the order of the fields. */
export type Row = readonly Cell[];

/** Rows as they come: a batch is made when it is asked for, so that a table need never be whole in memory. */
export interface Table {
  fields: readonly Field[];
  batches: AsyncIterable<readonly Row[]>;
}

/**
 * Refuses fields that no encoder could write.
 * @throws {TypeError} for no field at all, a name given twice, or a list of what cannot be listed.
 */
export function checkFields(fields: readonly Field[]): void {
  if (fields.length === 0) throw new TypeError('expected at least one field, was none');
  const names = new Set<string>();
  for (const { name, type, list } of fields) {
    if (names.has(name)) throw new TypeError(`expected different field names, was ${JSON.stringify(name)} twice`);
    if (list && type !== 'double' && type !== 'bigint')
      throw new TypeError(`${name}: expected a list of double or bigint, was a list of ${type}`);
    names.add(name);
  }
}
