import type { Pool, PoolClient } from 'pg';
import { translateDatabaseErrors } from '../errors/database-unavailable-error.ts';
import { createPool } from '../pg/create-pool.ts';
import { withTransaction } from '../pg/with-client.ts';
import { type Delivery, deliver } from './deliver.ts';
import type { OutboxRow, Publish } from './outbox-row.ts';
import { prepareOutbox } from './prepare-outbox.ts';

export interface OutboxQueueOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** Most connections at a time; 10 where absent. A running `relayBatch` holds one. */
  poolMax?: number;
  /** A row that was refused this often is a dead letter; 10 where absent. */
  maxAttempts?: number;
  /** Wait after the first refusal, doubled with each further one; 500 ms where absent. */
  firstRetryMs?: number;
  /** True for a rejection of `publish` that says nothing about the rows; by default a BusUnavailableError. */
  isOutage?: (error: unknown) => boolean;
}

export interface RelayOutcome {
  /** Another relay holds this part: nothing was done. */
  busy: boolean;
  published: number;
  /** Rows that were refused and will be tried again. */
  retrying: number;
  /** Rows that were refused for the last time. */
  deadLettered: number;
}

export interface OutboxStatus {
  /** Committed, neither published nor given up. */
  pending: number;
  /** Dead letters. */
  failed: number;
  /** Age of the oldest pending row, ms; 0 when none is. */
  lagMs: number;
}

/** What waits in the outbox, taken in order and handed to a publisher. */
export interface OutboxQueue {
  /** Makes the outbox where it is missing. */
  prepare(): Promise<void>;
  /**
   * Publishes the oldest waiting rows of one part (0 to OUTBOX_PARTS - 1), at most `limit`, while it keeps other relays
   * from this part. Rows come by their state, not by the highest id seen, so none is passed over; what was published
   * when the process or the connection broke is published again.
   *
   * When `publish` rejects, the rows are tried one by one, in order: a refused row waits, and only rows of its key wait
   * with it. An outage marks no row and rejects with the publisher's error.
   *
   * @throws DatabaseUnavailableError
   */
  relayBatch(part: number, limit: number, publish: Publish): Promise<RelayOutcome>;
  status(): Promise<OutboxStatus>;
  /** Removes rows published longer ago than that; answers how many. Dead letters stay. */
  cleanup(olderThanMs: number): Promise<number>;
  check(): Promise<void>;
  close(): Promise<void>;
}

const CLEANUP_BATCH = 5_000;
const LONGEST_RETRY_MS = 300_000;
/** First key of the two-key advisory locks: any number of our own. */
const LOCK_SPACE = 0x0b0c;

interface Rules {
  maxAttempts: number;
  firstRetryMs: number;
  isOutage: (error: unknown) => boolean;
}

export function createOutboxQueue({ url, poolMax, ...rules }: OutboxQueueOptions): OutboxQueue {
  const pool = createPool({ url, applicationName: 'quotefleet-outbox', ...(poolMax && { poolMax }) });
  const { maxAttempts = 10, firstRetryMs = 500, isOutage = isBusOutage } = rules;
  return {
    prepare: () => prepareOutbox(pool),
    relayBatch: (part, limit, publish) =>
      relayBatch(pool, { maxAttempts, firstRetryMs, isOutage }, { part, limit, publish }),
    status: () => translateDatabaseErrors(() => readStatus(pool)),
    cleanup: (olderThanMs) => translateDatabaseErrors(() => cleanup(pool, olderThanMs)),
    check: () => translateDatabaseErrors(async () => void (await pool.query('SELECT 1'))),
    close: () => pool.end(),
  };
}

function isBusOutage(error: unknown): boolean {
  return error instanceof Error && error.name === 'BusUnavailableError';
}

async function relayBatch(
  pool: Pool,
  rules: Rules,
  { part, limit, publish }: { part: number; limit: number; publish: Publish },
): Promise<RelayOutcome> {
  const { outage, ...outcome } = await translateDatabaseErrors(() =>
    withTransaction(pool, async (client) => {
      // Of the transaction, so that it goes with the connection, however that ends.
      const lock = await client.query<{ held: boolean }>('SELECT pg_try_advisory_xact_lock($1, $2) AS held', [
        LOCK_SPACE,
        part,
      ]);
      if (!lock.rows[0]?.held) return { busy: true, published: 0, retrying: 0, deadLettered: 0, outage: undefined };
      const rows = await claim(client, part, limit);
      const delivery = await deliver(rows, publish, rules.isOutage);
      const marked = await mark(client, rules, delivery);
      return { busy: false, ...marked, outage: delivery.outage };
    }),
  );
  if (outage) throw outage.error;
  return outcome;
}

async function claim(client: PoolClient, part: number, limit: number): Promise<OutboxRow[]> {
  const { rows } = await client.query<OutboxRow>(
    `SELECT id, event_id AS "eventId", topic, key, payload AS event, attempts,
       (extract(epoch FROM created_at) * 1000)::bigint AS "createdAtMs"
     FROM outbox.events AS e
     WHERE part = $1 AND published_at IS NULL AND failed_at IS NULL AND next_at <= now()
       AND NOT EXISTS (
         SELECT FROM outbox.events AS earlier
         WHERE earlier.part = $1 AND earlier.key = e.key AND earlier.id < e.id AND earlier.next_at > now()
           AND earlier.published_at IS NULL AND earlier.failed_at IS NULL AND earlier.attempts > 0)
     ORDER BY id LIMIT $2`,
    [part, limit],
  );
  return rows;
}

async function mark(client: PoolClient, rules: Rules, { published, refused }: Delivery) {
  if (published.length > 0) {
    await client.query('UPDATE outbox.events SET published_at = clock_timestamp() WHERE id = ANY($1::bigint[])', [
      published.map((row) => row.id),
    ]);
  }
  let deadLettered = 0;
  for (const { row, error } of refused) {
    const attempts = row.attempts + 1;
    const isLast = attempts >= rules.maxAttempts;
    if (isLast) deadLettered++;
    const waitMs = Math.min(rules.firstRetryMs * 2 ** row.attempts, LONGEST_RETRY_MS);
    await client.query(
      `UPDATE outbox.events SET attempts = $2, last_error = $3, failed_at = CASE WHEN $4 THEN clock_timestamp() END,
         next_at = clock_timestamp() + $5 * interval '1 millisecond' WHERE id = $1`,
      [row.id, attempts, String(error), isLast, waitMs],
    );
  }
  return { published: published.length, retrying: refused.length - deadLettered, deadLettered };
}

async function readStatus(pool: Pool): Promise<OutboxStatus> {
  const { rows } = await pool.query<OutboxStatus>(
    `SELECT count(*) AS pending,
       (SELECT count(*) FROM outbox.events WHERE failed_at IS NOT NULL) AS failed,
       coalesce(greatest(0, extract(epoch FROM clock_timestamp() - min(created_at)) * 1000), 0)::bigint AS "lagMs"
     FROM outbox.events WHERE published_at IS NULL AND failed_at IS NULL`,
  );
  return rows[0] ?? { pending: 0, failed: 0, lagMs: 0 };
}

/** In steps, so that no lock is held for long. */
async function cleanup(pool: Pool, olderThanMs: number): Promise<number> {
  for (let removed = 0; ; ) {
    const { rowCount } = await pool.query(
      `DELETE FROM outbox.events WHERE id IN (
         SELECT id FROM outbox.events WHERE published_at < clock_timestamp() - $1 * interval '1 millisecond'
         ORDER BY published_at LIMIT $2)`,
      [olderThanMs, CLEANUP_BATCH],
    );
    removed += rowCount ?? 0;
    if ((rowCount ?? 0) < CLEANUP_BATCH) return removed;
  }
}
