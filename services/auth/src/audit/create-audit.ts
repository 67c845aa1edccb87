import type { AuditPayload, EventEnvelope } from '@quotefleet/contracts';
import { translateDatabaseErrors } from '@quotefleet/relational';
import type { DataSource } from 'typeorm';
import { appendNewEvents, toEvent } from './append-audit.ts';
import type { Audit } from './audit.ts';

/** Entries stored by one transaction. */
const BATCH_MAX = 500;

interface Waiting {
  event: EventEnvelope<AuditPayload>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** An Audit in PostgreSQL; what is recorded at the same time is stored by one transaction. */
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
    record: (entry) =>
      new Promise((resolve, reject) => {
        waiting.push({ event: toEvent(entry), resolve, reject });
        void storeAll();
      }),
  };
}

/** Stores events that are not there yet, in a transaction of their own. */
export function storeEvents(dataSource: DataSource, events: readonly EventEnvelope<AuditPayload>[]): Promise<void> {
  return translateDatabaseErrors(() => dataSource.transaction((manager) => appendNewEvents(manager, events)));
}
