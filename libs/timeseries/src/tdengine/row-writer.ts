import type { SeriesRow, WriteResult } from '../time-series-store.ts';
import { checkRows } from './check-rows.ts';
import { rowsBySymbol } from './group-rows.ts';
import { insertStatements, type TagsOf } from './insert-statements.ts';
import type { SeriesTable } from './series-table.ts';
import type { SqlRunner } from './sql-connection.ts';
import { findStored, keyText } from './stored-rows.ts';
import { workThrough } from './work-through.ts';

const STATEMENTS_AT_ONCE = 4;

/** Writes rows to super tables. */
export class RowWriter {
  readonly #runner: SqlRunner;
  readonly #tagsOf: TagsOf;

  constructor(runner: SqlRunner, tagsOf: TagsOf) {
    this.#runner = runner;
    this.#tagsOf = tagsOf;
  }

  async append(table: SeriesTable, rows: readonly SeriesRow[]): Promise<void> {
    checkRows(table, rows);
    await this.#insert(table, rowsBySymbol(table, rows));
  }

  /** Reads what is stored under the same keys, and sends what differs from it. */
  async write(table: SeriesTable, rows: readonly SeriesRow[]): Promise<WriteResult> {
    checkRows(table, rows);
    const given = [...rowsBySymbol(table, rows).values()].flat();
    const stored = await findStored(this.#runner, table, given);
    const result = { inserted: 0, amended: 0, unchanged: 0 };
    const changed = given.filter((row) => {
      const before = stored.get(keyText(table, row));
      const kind = before === undefined ? 'inserted' : isSame(table, before, row) ? 'unchanged' : 'amended';
      result[kind]++;
      return kind !== 'unchanged';
    });
    await this.#insert(table, rowsBySymbol(table, changed));
    return result;
  }

  #insert(table: SeriesTable, groups: ReadonlyMap<string, readonly SeriesRow[]>): Promise<void> {
    return workThrough(insertStatements(table, groups, this.#tagsOf), STATEMENTS_AT_ONCE, async (statement) => {
      await this.#runner.execute(statement);
    });
  }
}

function isSame({ columns }: SeriesTable, a: SeriesRow, b: SeriesRow): boolean {
  return columns.every(({ name }) => {
    const [left, right] = [a[name], b[name]];
    if (!Array.isArray(left) || !Array.isArray(right)) return Object.is(left, right);
    return left.length === right.length && left.every((element, i) => Object.is(element, right[i]));
  });
}
