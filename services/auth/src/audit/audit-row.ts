import type { AuditEntry } from './chain.ts';

/** A row of `auth.audit_entries` as the driver gives it. */
export interface AuditRow {
  seq: number | string;
  id: string;
  at: Date;
  recorded_at: Date;
  actor: string;
  client: string | null;
  action: string;
  target: string;
  outcome: AuditEntry['outcome'];
  reason: string | null;
  ip: string | null;
  ips: string[] | null;
  user_agent: string | null;
  count: number | null;
  trace_id: string;
  hash: string;
}

export const COLUMNS =
  'seq, id, at, recorded_at, actor, client, action, target, outcome, reason, ip, ips, user_agent, count, trace_id, hash';

export function rowToEntry(row: AuditRow): AuditEntry {
  const { client, reason, ip, ips, user_agent: userAgent, count } = row;
  return {
    seq: Number(row.seq),
    id: row.id,
    at: row.at.getTime(),
    recordedAt: row.recorded_at.getTime(),
    traceId: row.trace_id,
    actor: row.actor,
    action: row.action,
    target: row.target,
    outcome: row.outcome,
    ...(client === null ? {} : { client }),
    ...(reason === null ? {} : { reason }),
    ...(ip === null ? {} : { ip }),
    ...(ips === null ? {} : { ips }),
    ...(userAgent === null ? {} : { userAgent }),
    ...(count === null ? {} : { count }),
  };
}
