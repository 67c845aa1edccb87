import { sqlState, withClient } from '@quotefleet/relational/pg';
import type { Pool } from 'pg';
import { badTime } from '../row-check.ts';
import type { SeriesRow, WriteResult } from '../time-series-store.ts';
import { CopyEncoder } from './copy-encoder.ts';
import { CopyIn } from './copy-in.ts';
import { mergeRows } from './merge-rows.ts';
import { type PartitionSpan, partitionSpan } from './partition-span.ts';
import { type Partitions, partitionName } from './partitions.ts';
import { columnList, type SeriesTable } from './series-table.ts';

const UNIQUE_VIOLATION = '23505';
const DEADLOCK = '40P01';
const UNDEFINED_TABLE = '42P01';
/** Writers that merge take their rows in one order, so a deadlock needs one that is still copying. */
const MAX_TRIES = 6;

/** Writes rows to the tables of one schema. */
export class RowWriter {
  readonly #pool: Pool;
  readonly #partitions: Partitions;
  /** Tables whose last write met rows that were there already: the next one most likely will too. */
  readonly #merging = new Set<SeriesTable>();

  constructor(pool: Pool, partitions: Partitions) {
    this.#pool = pool;
    this.#partitions = partitions;
  }

  async write(table: SeriesTable, rows: readonly SeriesRow[]): Promise<WriteResult> {
    if (rows.length === 0) return { inserted: 0, amended: 0, unchanged: 0 };
    const groups = encodeByPartition(table, rows);
    // Of this write alone: other writes to the table change what is remembered for it while this one runs.
    let merges = table.definition.amends === true || this.#merging.has(table);
    let triesLeft = MAX_TRIES;
    for (;;) {
      try {
        return await this.#attempt(table, { rows, groups, merges });
      } catch (error) {
        const state = sqlState(error);
        const isConflict = state === DEADLOCK || (state === UNIQUE_VIOLATION && !merges);
        if (--triesLeft === 0 || !(isConflict || state === UNDEFINED_TABLE)) throw error;
        if (state === UNDEFINED_TABLE) this.#partitions.forget(table);
        else this.#merging.add(table);
        merges ||= isConflict;
      }
    }
  }

  async #attempt(table: SeriesTable, { rows, groups, merges }: Attempt) {
    const spans = groups.map((group) => group.span);
    await this.#partitions.ensure(table, spans);
    if (!merges) {
      await this.#copy(table, groups);
      return { inserted: rows.length, amended: 0, unchanged: 0 };
    }
    const result = await mergeRows(this.#pool, table, rows, spans);
    if (result.amended + result.unchanged === 0) this.#merging.delete(table);
    return result;
  }

  #copy(table: SeriesTable, groups: readonly PartitionRows[]): Promise<void> {
    const parts = groups.map(({ span, encoder }) => ({
      target: `${partitionName(table, span)} (${columnList(table.columns)})`,
      messages: encoder.messages,
    }));
    return withClient(this.#pool, (client) => client.query(new CopyIn(parts)).done);
  }
}

interface Attempt {
  rows: readonly SeriesRow[];
  groups: readonly PartitionRows[];
  /** Some rows may be there already. */
  merges: boolean;
}

interface PartitionRows {
  span: PartitionSpan;
  encoder: CopyEncoder;
}

/** Every row is checked and encoded before the first one is sent. */
function encodeByPartition(table: SeriesTable, rows: readonly SeriesRow[]): PartitionRows[] {
  const groups = new Map<number, PartitionRows>();
  let group: PartitionRows | undefined;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as SeriesRow;
    if (!group || !(row.ts >= group.span.from && row.ts < group.span.to)) {
      const span = partitionSpan(row.ts, table.definition.partitionBy);
      if (!span) throw badTime(table.definition, row.ts, i);
      group = groups.get(span.from) ?? { span, encoder: new CopyEncoder(table) };
      groups.set(span.from, group);
    }
    group.encoder.append(row, i);
  }
  const sorted = [...groups.values()].sort((a, b) => a.span.from - b.span.from);
  for (const { encoder } of sorted) encoder.finish();
  return sorted;
}
