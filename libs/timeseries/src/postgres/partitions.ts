import { withTransaction } from '@quotefleet/relational/pg';
import type { Pool } from 'pg';
import type { PartitionSpan } from './partition-span.ts';
import { lockTables } from './prepare-tables.ts';
import type { SeriesTable } from './series-table.ts';
import { qualified } from './sql-names.ts';

/** Makes partitions when rows first need them, and remembers which ones there are. */
export class Partitions {
  readonly #pool: Pool;
  readonly #known = new Set<string>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Forgets a table's partitions, one of which turned out to be gone; false when there was nothing to forget. */
  forget(table: SeriesTable): boolean {
    const known = [...this.#known].filter((name) => name.startsWith(`${table.qualified}.`));
    for (const name of known) this.#known.delete(name);
    return known.length > 0;
  }

  async ensure(table: SeriesTable, spans: readonly PartitionSpan[]): Promise<void> {
    for (const span of spans) {
      const known = `${table.qualified}.${span.suffix}`;
      if (this.#known.has(known)) continue;
      await this.#create(table, span);
      this.#known.add(known);
    }
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
