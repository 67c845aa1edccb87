import type { DataSource, EntityManager } from 'typeorm';
import { appendAudit } from './append-audit.ts';
import { type AuditSigningKeys, signHead } from './signed-heads.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Entries removed by one transaction. */
const BATCH_ENTRIES = 10_000;

interface RetireAuditOptions {
  keys: AuditSigningKeys;
  retentionDays: number;
  now?: number;
}

/**
 * Removes the entries at the beginning of the chain that are older than the retention, and leaves a signed checkpoint in
 * their place, from which the rest can be checked. Gives the number of entries removed.
 */
export async function retireAudit(dataSource: DataSource, options: RetireAuditOptions): Promise<number> {
  const { keys, retentionDays, now = Date.now() } = options;
  const cutoff = new Date(now - retentionDays * DAY_MS);
  let total = 0;
  for (;;) {
    const removed = await dataSource.transaction((manager) => retireSome(manager, keys, cutoff));
    total += removed;
    if (removed < BATCH_ENTRIES) return total;
  }
}

async function retireSome(manager: EntityManager, keys: AuditSigningKeys, cutoff: Date): Promise<number> {
  const locked: { mine: boolean }[] = await manager.query(
    `SELECT pg_try_advisory_xact_lock(hashtextextended('audit retention', 0)) AS mine`,
  );
  if (!locked[0]?.mine) return 0;
  // The time of storing never falls along the chain: what is older than the cutoff is a prefix.
  const rows: { first: number | null; last: number | null }[] = await manager.query(
    `SELECT (SELECT min(seq) FROM auth.audit_entries) AS first,
       (SELECT seq FROM auth.audit_entries WHERE recorded_at < $1 ORDER BY recorded_at DESC, seq DESC LIMIT 1) AS last`,
    [cutoff],
  );
  const [range] = rows;
  if (!range?.first || !range.last) return 0;
  const seq = Math.min(Number(range.last), Number(range.first) + BATCH_ENTRIES - 1);
  const ends: { hash: string }[] = await manager.query('SELECT hash FROM auth.audit_entries WHERE seq = $1', [seq]);
  const [end] = ends;
  if (!end) throw new Error(`expected audit entry ${seq}, found none: the trail is not removed while it is broken`);
  const signed = await signHead(manager, keys, { kind: 'checkpoint', seq, hash: end.hash });
  const answers: { removed: number }[] = await manager.query('SELECT auth.audit_forget($1, $2, $3) AS removed', [
    seq,
    end.hash,
    signed,
  ]);
  const removed = Number(answers[0]?.removed ?? 0);
  await appendAudit(manager, {
    actor: 'system',
    action: 'audit.retention',
    target: `audit:${range.first}-${seq}`,
    outcome: 'allowed',
  });
  return removed;
}
