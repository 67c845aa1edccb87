import type { DataSource, QueryRunner } from 'typeorm';
import type { AuditEntry } from './chain.ts';

type StoredEntry = AuditEntry & { hash: string };

interface Appended {
  entries: StoredEntry[];
  /** How many there were when each of the transactions inside the transaction began. */
  marks: number[];
}

/** Entries of transactions under way, by the connection that each runs on. */
const appended = new WeakMap<QueryRunner, Appended>();

/** Remembers entries until the transaction that they are part of has ended. */
export function noteAppended(queryRunner: QueryRunner, entries: readonly StoredEntry[]): void {
  appendedOf(queryRunner).entries.push(...entries);
}

/** Whether the transaction under way has entries already, and with them the lock of the head. */
export function hasAppended(queryRunner: QueryRunner | undefined): boolean {
  return queryRunner !== undefined && appendedOf(queryRunner).entries.length > 0;
}

/** Tells of every entry once it is stored for good, and of none that was rolled back. */
export function tellCommitted(dataSource: DataSource, tell: (entry: StoredEntry) => void): void {
  dataSource.subscribers.push({
    afterTransactionStart({ queryRunner }) {
      const { marks, entries } = appendedOf(queryRunner);
      marks.push(entries.length);
    },
    afterTransactionCommit({ queryRunner }) {
      const { marks, entries } = appendedOf(queryRunner);
      marks.pop();
      // The end of a transaction inside another decides nothing yet.
      if (marks.length === 0) for (const entry of entries.splice(0)) tell(entry);
    },
    afterTransactionRollback({ queryRunner }) {
      const { marks, entries } = appendedOf(queryRunner);
      entries.splice(marks.pop() ?? 0);
    },
  });
}

function appendedOf(queryRunner: QueryRunner): Appended {
  const known = appended.get(queryRunner);
  if (known) return known;
  const fresh: Appended = { entries: [], marks: [] };
  appended.set(queryRunner, fresh);
  return fresh;
}
