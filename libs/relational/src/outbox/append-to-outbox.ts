import { crc32 } from 'node:zlib';
import type { EntityManager } from 'typeorm';
import { OUTBOX_PARTS } from './prepare-outbox.ts';

export interface OutboxMessage {
  topic: string;
  /** Messages of one key are published in the order in which their transactions committed. */
  key: string;
  /** The envelope as it goes to the bus; its `id` is a UUID. */
  event: { readonly id: string };
}

/**
 * Adds events to the outbox inside the caller's transaction: they are published if it commits, and only then.
 * Transactions that append for the same key should lock the row they change first; otherwise their events go out in an
 * order that says nothing.
 *
 * @throws Error outside a transaction, where an event could outlive the change it tells of
 */
export async function appendToOutbox(
  manager: EntityManager,
  messages: OutboxMessage | readonly OutboxMessage[],
): Promise<void> {
  if (!manager.queryRunner?.isTransactionActive) {
    throw new Error('expected the manager of a transaction, was one that commits by itself');
  }
  const rows = [messages].flat() as OutboxMessage[];
  await manager.query(
    `INSERT INTO outbox.events (event_id, topic, key, payload, part)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::smallint[])`,
    [
      rows.map(({ event }) => event.id),
      rows.map(({ topic }) => topic),
      rows.map(({ key }) => key),
      rows.map(({ event }) => JSON.stringify(event)),
      rows.map(({ key }) => partOf(key)),
    ],
  );
}

function partOf(key: string): number {
  return crc32(key) % OUTBOX_PARTS;
}
