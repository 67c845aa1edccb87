import type { AuditPayload, EventEnvelope } from '@quotefleet/contracts';
import { translateDatabaseErrors } from '@quotefleet/relational';
import type { DataSource } from 'typeorm';
import { ambientManager, outsideTransaction } from '../database/one-transaction.ts';
import { appendAudit, appendNewEvents, toEvent } from './append-audit.ts';
import type { Audit } from './audit.ts';
import { hasAppended } from './tell-committed.ts';

/** Entries stored by one transaction. */
const BATCH_MAX = 500;

interface Waiting {
  event: EventEnvelope<AuditPayload>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * An Audit in PostgreSQL. What is recorded inside a transaction (see `inOneTransaction`) is part of it; what is recorded
 * at the same time otherwise is stored together.
 */
export function createAudit(dataSource: DataSource): Audit {
  const waiting: Waiting[] = [];
  let storing = false;

  async function storeAll(): Promise<void> {
    if (storing) return;
    storing = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH_MAX);
      try {
        await storeEvents(
          dataSource,
          batch.map(({ event }) => event),
        );
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    storing = false;
  }

  return {
    record(entry) {
      const manager = ambientManager(dataSource);
      // What was refused is usually thrown next, and must not be rolled back with the rest.
      if (manager && (entry.outcome === 'allowed' || hasAppended(manager.queryRunner)))
        return translateDatabaseErrors(() => appendAudit(manager, entry));
      return new Promise((resolve, reject) => {
        waiting.push({ event: toEvent(entry), resolve, reject });
        void outsideTransaction(storeAll);
      });
    },
  };
}

/** Stores events that are not there yet, in a transaction of their own. */
export function storeEvents(dataSource: DataSource, events: readonly EventEnvelope<AuditPayload>[]): Promise<void> {
  return translateDatabaseErrors(() => dataSource.transaction((manager) => appendNewEvents(manager, events)));
}
