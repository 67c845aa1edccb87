import type { ColumnDefinition, SeriesDefinition } from '../time-series-store.ts';
import { quoteName } from './influx-names.ts';

/** A series as a measurement: everything about it that does not change from one call to the next. */
export interface InfluxSeries {
  definition: SeriesDefinition;
  /** `"policy"."name"`, as FROM takes it. */
  source: string;
  /** The key column that is kept as the nanosecond within the millisecond and the tag `_k`. */
  sequence: string | undefined;
  /** Further key columns: each is a tag. */
  keyTags: readonly string[];
  /** Tags by which the rows of one symbol are apart in the database, as GROUP BY takes them. */
  groupTags: readonly string[];
  columns: readonly FieldColumn[];
  /** Every field, in the order of SELECT; the masks are first. */
  fields: readonly string[];
  maskCount: number;
}

/** A column that is kept in fields. */
export interface FieldColumn extends ColumnDefinition {
  /** Place in `_set`, which tells the columns of a row that have a value; lists tell by their count. */
  bit: number | undefined;
}

/** More bits would not fit into an integer that is exact in JavaScript. */
export const BITS_PER_MASK = 50;
const NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;

/**
 * @param bits place of each column that may be absent, by name
 * @throws TypeError when the definition cannot be a measurement
 */
export function influxSeries(definition: SeriesDefinition, bits: ReadonlyMap<string, number>): InfluxSeries {
  const { name, key, partitionBy } = definition;
  checkNames(definition);
  const further = key.slice(2).map((keyName) => keyColumn(definition, keyName));
  const sequences = further.filter((column) => column.type === 'bigint');
  if (sequences.length > 1 || further.some((column) => column.type !== 'bigint' && column.type !== 'text')) {
    throw new TypeError(`series ${name}: expected a key of symbol, ts, texts and at most one bigint, was ${key}`);
  }
  const sequence = sequences[0]?.name;
  const keyTags = further.filter((column) => column.type === 'text').map((column) => column.name);
  const columns = fieldColumns(definition).map((column) => ({ ...column, bit: bits.get(column.name) }));
  const maskCount = Math.floor(Math.max(0, ...bits.values()) / BITS_PER_MASK) + 1;
  const masks = Array.from({ length: maskCount }, (_, mask) => maskField(mask));
  return {
    definition,
    source: `${quoteName(partitionBy)}.${quoteName(name)}`,
    sequence,
    keyTags,
    groupTags: [...(sequence === undefined ? [] : ['_k']), ...keyTags],
    columns,
    fields: [...masks, ...columns.flatMap(fieldsOf)],
    maskCount,
  };
}

/** The columns that are kept in fields: all but the symbol, the time and the texts of the key. */
export function fieldColumns({ columns, key }: SeriesDefinition): ColumnDefinition[] {
  return columns.filter(
    ({ name, type }) => name !== 'symbol' && name !== 'ts' && !(type === 'text' && key.includes(name)),
  );
}

/** A list has a field for its length and one for each value. */
export function fieldsOf({ name, length }: ColumnDefinition): string[] {
  if (length === undefined) return [name];
  return [`${name}_n`, ...Array.from({ length }, (_, i) => `${name}_${i}`)];
}

export function maskField(mask: number): string {
  return mask === 0 ? '_set' : `_set${mask}`;
}

function checkNames(definition: SeriesDefinition): void {
  const { name, columns, key, tags = [] } = definition;
  const [symbol, ts] = key.map((keyName) => keyColumn(definition, keyName));
  if (symbol?.name !== 'symbol' || symbol.type !== 'text' || ts?.name !== 'ts' || ts.type !== 'bigint') {
    throw new TypeError(`series ${name}: expected a key that begins with symbol (text) and ts (bigint)`);
  }
  const names = ['symbol', 'ts', ...tags, ...key.slice(2), ...fieldColumns(definition).flatMap(fieldsOf)];
  const distinct = new Set([...tags, ...columns.flatMap(fieldsOf)]);
  if (distinct.size < tags.length + columns.flatMap(fieldsOf).length) {
    throw new TypeError(`series ${name}: expected tags, columns and elements of lists whose names differ`);
  }
  const bad = [name, ...names].find((candidate) => !NAME.test(candidate) || candidate === 'time');
  if (bad !== undefined) {
    throw new TypeError(`series ${name}: expected a name of letters, digits and _ other than time, was '${bad}'`);
  }
}

function keyColumn({ name, columns }: SeriesDefinition, keyName: string): ColumnDefinition {
  const column = columns.find((candidate) => candidate.name === keyName);
  if (!column || column.optional || column.length !== undefined) {
    throw new TypeError(`series ${name}: expected key ${keyName} to be a required column, not a list`);
  }
  return column;
}
