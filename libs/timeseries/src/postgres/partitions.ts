import { withTransaction } from '@quotefleet/relational/pg';
import type { Pool } from 'pg';
import { partitionBounds } from './partition-bounds.ts';
import type { PartitionSpan } from './partition-span.ts';
import { lockTables } from './prepare-tables.ts';
import type { SeriesTable } from './series-table.ts';
import { qualified } from './sql-names.ts';

/** Partitions that another process made are hardly ever many at once. */
const STARTS_MAX_AGE_MS = 60_000;

/** Makes partitions when rows first need them, and remembers which ones there are. */
export class Partitions {
  readonly #pool: Pool;
  readonly #known = new Map<SeriesTable, Set<string>>();
  readonly #starts = new Map<SeriesTable, { starts: readonly number[]; readAtMs: number }>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async ensure(table: SeriesTable, spans: readonly PartitionSpan[]): Promise<void> {
    const known = this.#known.get(table) ?? new Set();
    this.#known.set(table, known);
    for (const span of spans) {
      if (known.has(span.suffix)) continue;
      await this.#create(table, span);
      known.add(span.suffix);
    }
  }

  /** Forgets a table's partitions, one of which turned out to be gone. */
  forget(table: SeriesTable): void {
    this.#known.delete(table);
  }

  /** Where partitions begin, ascending, as it was within the last minute. */
  async starts(table: SeriesTable): Promise<readonly number[]> {
    const cached = this.#starts.get(table);
    if (cached && performance.now() - cached.readAtMs < STARTS_MAX_AGE_MS) return cached.starts;
    const starts = (await partitionBounds(this.#pool, table)).map(({ from }) => from);
    this.#starts.set(table, { starts, readAtMs: performance.now() });
    return starts;
  }

  /**
   * Made apart and then attached: unlike CREATE TABLE ... PARTITION OF, which locks the whole series
   * exclusively, attaching lets readers and writers go on.
   */
  async #create(table: SeriesTable, span: PartitionSpan): Promise<void> {
    const partition = partitionName(table, span);
    await withTransaction(this.#pool, async (client) => {
      await lockTables(client, table.schema);
      const { rows } = await client.query('SELECT 1 WHERE to_regclass($1) IS NOT NULL', [partition]);
      if (rows.length > 0) return;
      await client.query(`CREATE TABLE ${partition} (LIKE ${table.qualified} INCLUDING ALL)`);
      await client.query(
        `ALTER TABLE ${table.qualified} ATTACH PARTITION ${partition} FOR VALUES FROM (${span.from}) TO (${span.to})`,
      );
    });
  }
}

/** Schema and name, quoted. */
export function partitionName(table: SeriesTable, span: PartitionSpan): string {
  return qualified(table.schema, `${table.name}_${span.suffix}`);
}
