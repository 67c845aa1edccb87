import type { DataSource, QueryRunner } from 'typeorm';
import type { AuditEntry } from './chain.ts';

type StoredEntry = AuditEntry & { hash: string };

/** Entries of transactions under way, by the connection that each runs on. */
const appended = new WeakMap<QueryRunner, StoredEntry[]>();

/** Remembers entries until the transaction that they are part of has ended. */
export function noteAppended(queryRunner: QueryRunner, entries: readonly StoredEntry[]): void {
  const noted = appended.get(queryRunner);
  if (noted) noted.push(...entries);
  else appended.set(queryRunner, [...entries]);
}

/** Tells of every entry once it is stored for good, and of none that was rolled back. */
export function tellCommitted(dataSource: DataSource, tell: (entry: StoredEntry) => void): void {
  const take = (queryRunner: QueryRunner): StoredEntry[] => {
    // The end of a transaction inside another decides nothing yet.
    if (queryRunner.isTransactionActive) return [];
    const entries = appended.get(queryRunner) ?? [];
    appended.delete(queryRunner);
    return entries;
  };
  dataSource.subscribers.push({
    afterTransactionCommit({ queryRunner }) {
      for (const entry of take(queryRunner)) tell(entry);
    },
    afterTransactionRollback({ queryRunner }) {
      take(queryRunner);
    },
  });
}
