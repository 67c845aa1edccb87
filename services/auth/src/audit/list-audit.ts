import type { DataSource } from 'typeorm';
import { type AuditRow, COLUMNS, rowToEntry } from './audit-row.ts';
import type { AuditEntry } from './chain.ts';

export interface AuditFilter {
  actor?: string | undefined;
  /** Entries by this user, or about them. */
  concerning?: string | undefined;
  client?: string | undefined;
  /** How the action begins. */
  action?: string | undefined;
  outcome?: string | undefined;
  ip?: string | undefined;
  /** The first moment. */
  from?: Date | undefined;
  /** The moment after the last. */
  to?: Date | undefined;
  /** Only entries before this place. */
  before?: number | undefined;
  limit: number;
}

/** Entries, newest first. */
export async function listAudit(
  dataSource: DataSource,
  { limit, ...filter }: AuditFilter,
): Promise<(AuditEntry & { hash: string })[]> {
  const values: unknown[] = [];
  const conditions = Object.entries(filter).flatMap(([name, value]) => {
    if (value === undefined) return [];
    values.push(name === 'action' ? `${String(value).replaceAll(/[\\%_]/g, '\\$&')}%` : value);
    return [CONDITIONS[name as keyof typeof filter].replaceAll('?', `$$${values.length}`)];
  });
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const rows: AuditRow[] = await dataSource.query(
    `SELECT ${COLUMNS} FROM auth.audit_entries ${where} ORDER BY seq DESC LIMIT ${Math.trunc(limit)}`,
    values,
  );
  return rows.map((row) => ({ ...rowToEntry(row), hash: row.hash }));
}

/** Every `?` of a condition stands for the same value. */
const CONDITIONS: Readonly<Record<keyof Omit<AuditFilter, 'limit'>, string>> = {
  actor: 'actor = ?',
  concerning: `(actor = ? OR target = 'user:' || ?)`,
  client: 'client = ?',
  action: 'action LIKE ?',
  outcome: 'outcome = ?',
  ip: '(ip = ? OR ips @> ARRAY[?])',
  from: 'at >= ?',
  to: 'at < ?',
  before: 'seq < ?',
};
