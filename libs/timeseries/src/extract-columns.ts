import type { ColumnDefinition, ExtractQuery, SeriesColumns, SeriesDefinition } from './time-series-store.ts';

const FIRST_CAPACITY = 256;

/** @throws TypeError when a column is not one of plain numbers, or a bound is no time in ms. */
export function extractedColumns(
  { name, columns }: SeriesDefinition,
  query: Pick<ExtractQuery, 'columns' | 'from' | 'to'>,
): ColumnDefinition[] {
  for (const bound of ['from', 'to'] as const) {
    const value = query[bound];
    if (value !== undefined && !Number.isSafeInteger(value)) {
      throw new TypeError(`${name}: expected ${bound} to be ms since epoch, was ${value}`);
    }
  }
  const numbers = columns.filter(
    ({ type, length }) => length === undefined && (type === 'bigint' || type === 'double'),
  );
  return [...new Set(query.columns)].map((wanted) => {
    const column = numbers.find((candidate) => candidate.name === wanted);
    if (column) return column;
    throw new TypeError(`${name}: expected columns of numbers (${numbers.map((one) => one.name)}), was '${wanted}'`);
  });
}

/** Columns of one symbol in the making. */
export class GrowingColumns {
  length = 0;
  /** By column; a row's values go to the place that `addRow` gave. */
  readonly values: Float64Array[];
  #capacity: number;

  /** @param capacity rows to make room for at once, as growing costs more; there may be more */
  constructor(width: number, capacity = FIRST_CAPACITY) {
    this.#capacity = capacity;
    this.values = Array.from({ length: width }, () => new Float64Array(capacity));
  }

  /** The place of a new row. */
  addRow(): number {
    if (this.length === this.#capacity) this.#grow();
    return this.length++;
  }

  finish(symbol: string, columns: readonly ColumnDefinition[]): SeriesColumns {
    const isFull = this.length === this.#capacity;
    const filled = isFull ? this.values : this.values.map((values) => values.slice(0, this.length));
    const entries = columns.map(({ name }, c) => [name, filled[c] as Float64Array] as const);
    return { symbol, length: this.length, columns: Object.fromEntries(entries) };
  }

  #grow(): void {
    this.#capacity *= 2;
    for (const [c, values] of this.values.entries()) {
      const larger = new Float64Array(this.#capacity);
      larger.set(values);
      this.values[c] = larger;
    }
  }
}
