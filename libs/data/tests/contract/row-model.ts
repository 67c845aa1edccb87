import { isDeepStrictEqual } from 'node:util';
import type { TableDefinition } from '@quotefleet/tables';
import type { DataRow } from '../../src/index.ts';

/** What a table holds after a number of saves, by key. */
export class RowModel {
  readonly #key: readonly string[];
  readonly #rows = new Map<string, DataRow>();

  constructor({ key }: TableDefinition) {
    this.#key = key;
  }

  /** Tells how the save changed the table: a key that is given twice counts once, its last row wins. */
  save(rows: readonly DataRow[]) {
    const result = { inserted: 0, amended: 0, unchanged: 0 };
    for (const [key, row] of new Map(rows.map((row) => [this.#keyOf(row), row]))) {
      const before = this.#rows.get(key);
      result[before === undefined ? 'inserted' : isDeepStrictEqual(before, row) ? 'unchanged' : 'amended']++;
      this.#rows.set(key, row);
    }
    return result;
  }

  /** In an order of its own: see `sorted`. */
  get rows(): DataRow[] {
    return this.sorted([...this.#rows.values()]);
  }

  sorted(rows: readonly DataRow[]): DataRow[] {
    const keyed = rows.map((row) => ({ key: this.#keyOf(row), row }));
    return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ row }) => row);
  }

  #keyOf(row: DataRow): string {
    return JSON.stringify(this.#key.map((name) => row[name]));
  }
}
