import { translateDatabaseErrors } from '../errors/database-unavailable-error.ts';
import { REFRESH_CATALOG } from '../pg/with-client.ts';

/** A data source or a pool. */
export interface SqlExecutor {
  query(sql: string): Promise<unknown>;
}

/**
 * Parts of the outbox: rows of one key are in one part, and one relay at a time works on a part. Never changed, because
 * a key would move to another part while rows of it wait in the old one.
 */
export const OUTBOX_PARTS = 8;

// Statements sent as one query are one transaction; the lock is held to its end.
const DDL = `
SELECT pg_advisory_xact_lock(hashtextextended('outbox', 0));
${REFRESH_CATALOG};
CREATE SCHEMA IF NOT EXISTS outbox;
CREATE TABLE IF NOT EXISTS outbox.events (
  id bigserial PRIMARY KEY,
  event_id uuid NOT NULL UNIQUE,
  topic text NOT NULL,
  key text NOT NULL,
  payload jsonb NOT NULL,
  part smallint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  attempts int NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL DEFAULT '-infinity',
  published_at timestamptz,
  failed_at timestamptz,
  last_error text
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.05);
CREATE INDEX IF NOT EXISTS events_waiting ON outbox.events (part, id)
  WHERE published_at IS NULL AND failed_at IS NULL;
CREATE INDEX IF NOT EXISTS events_retrying ON outbox.events (part, key, id)
  WHERE published_at IS NULL AND failed_at IS NULL AND attempts > 0;
CREATE INDEX IF NOT EXISTS events_failed ON outbox.events (failed_at) WHERE failed_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS events_published ON outbox.events (published_at) WHERE published_at IS NOT NULL;
`;

/** Makes the outbox where it is missing. Every service that appends may call it at its start, all at once too. */
export async function prepareOutbox(database: SqlExecutor): Promise<void> {
  await translateDatabaseErrors(() => database.query(DDL));
}
