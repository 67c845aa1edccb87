import { type AuditPayload, createEvent, type EventEnvelope } from '@quotefleet/contracts';
import { currentTraceId } from '@quotefleet/service-kit';
import type { EntityManager } from 'typeorm';
import { fromRequest } from './audit-scope.ts';
import { type AuditEntry, hashEntry } from './chain.ts';
import { noteAppended } from './tell-committed.ts';

type AuditEvent = EventEnvelope<AuditPayload>;

/**
 * Adds entries to the audit trail inside the caller's transaction: they stand if it commits, and only then. Let it be
 * the last step of the transaction: from here on every other writer of the trail waits for it to end.
 *
 * @throws Error outside a transaction, where an entry could outlive the change it tells of
 */
export async function appendAudit(manager: EntityManager, entries: AuditPayload | readonly AuditPayload[]) {
  const payloads = [entries].flat() as AuditPayload[];
  await append(manager, payloads.map(toEvent));
}

/** The event of an entry that auth itself makes, with the address and user agent of the request under way. */
export function toEvent(payload: AuditPayload): AuditEvent {
  return createEvent('audit', { ...fromRequest(), ...payload }, currentTraceId());
}

/** As `appendAudit`, for events that may have come before: those that are there already are left out. */
export async function appendNewEvents(manager: EntityManager, events: readonly AuditEvent[]): Promise<void> {
  await append(manager, events, true);
}

async function append(manager: EntityManager, events: readonly AuditEvent[], mayBeThere = false): Promise<void> {
  if (!manager.queryRunner?.isTransactionActive) {
    throw new Error('expected the manager of a transaction, was one that commits by itself');
  }
  if (events.length === 0) return;
  const head = await lockHead(manager);
  const fresh = mayBeThere ? await withoutKnown(manager, events) : events;
  if (fresh.length === 0) return;
  const recordedAt = Math.max(Date.now(), head.recordedAt);
  let { seq, hash } = head;
  const rows = fresh.map((event) => {
    seq += 1;
    const entry: AuditEntry = { seq, id: event.id, at: event.ts, recordedAt, traceId: event.traceId, ...event.payload };
    const storable = withStorableTexts(entry);
    hash = hashEntry(hash, storable);
    return { ...storable, hash };
  });
  await insert(manager, rows);
  noteAppended(manager.queryRunner, rows);
}

interface Head {
  seq: number;
  hash: string;
  recordedAt: number;
}

/** A row lock, and not an advisory one: whoever waited for it reads the row as the one before has left it. */
async function lockHead(manager: EntityManager): Promise<Head> {
  const rows: { seq: number; hash: string; recorded_at: Date }[] = await manager.query(
    'SELECT seq, hash, recorded_at FROM auth.audit_head WHERE one FOR UPDATE',
  );
  const [row] = rows;
  if (!row) throw new Error('expected the head of the audit trail in auth.audit_head, found none');
  return { seq: Number(row.seq), hash: row.hash, recordedAt: row.recorded_at.getTime() };
}

async function withoutKnown(manager: EntityManager, events: readonly AuditEvent[]): Promise<AuditEvent[]> {
  const byId = new Map(events.map((event) => [event.id, event]));
  const known: { id: string }[] = await manager.query('SELECT id FROM auth.audit_entries WHERE id = ANY($1)', [
    [...byId.keys()],
  ]);
  for (const { id } of known) byId.delete(id);
  return [...byId.values()];
}

async function insert(manager: EntityManager, rows: readonly (AuditEntry & { hash: string })[]): Promise<void> {
  const iso = (ms: number) => new Date(ms).toISOString();
  const columns = rows.map((row) => ({ ...row, at: iso(row.at), recordedAt: iso(row.recordedAt) }));
  await manager.query(
    `INSERT INTO auth.audit_entries (seq, id, at, recorded_at, actor, client, action, target, outcome, reason, ip, ips,
       user_agent, count, trace_id, hash)
     SELECT seq, id, at, "recordedAt", actor, client, action, target, outcome, reason, ip, ips,
       "userAgent", count, "traceId", hash
     FROM jsonb_to_recordset($1) AS row(seq bigint, id text, at timestamptz, "recordedAt" timestamptz, actor text,
       client text, action text, target text, outcome text, reason text, ip text, ips text[], "userAgent" text,
       count integer, "traceId" text, hash text)`,
    [JSON.stringify(columns)],
  );
  const last = columns.at(-1);
  await manager.query('UPDATE auth.audit_head SET seq = $1, hash = $2, recorded_at = $3 WHERE one', [
    last?.seq,
    last?.hash,
    last?.recordedAt,
  ]);
}

/** PostgreSQL keeps neither the character 0 nor half a pair of UTF-16: the hash must be over what it will give back. */
function withStorableTexts(entry: AuditEntry): AuditEntry {
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed();
    return Array.isArray(value) ? value.map(clean) : value;
  };
  return Object.fromEntries(
    Object.entries(entry).map(([name, value]) => [name, clean(value)]),
  ) as unknown as AuditEntry;
}
