import type { DataSource, EntityManager } from 'typeorm';
import { type AuditSigningKeys, signHead } from './signed-heads.ts';

/** A head of the chain, signed; whoever keeps it outside of the database can prove what the chain was. */
export interface Anchor {
  seq: number;
  hash: string;
  signed: string;
}

/**
 * Signs the head of the chain, where it has moved since the last time; undefined where it has not.
 * @throws AuditTrailCutError where the chain ends before a head that was signed
 */
export function anchorAudit(dataSource: DataSource, keys: AuditSigningKeys): Promise<Anchor | undefined> {
  return dataSource.transaction(async (manager) => {
    const [head] = await rowsOf(manager, 'SELECT seq, hash FROM auth.audit_head WHERE one');
    const [last] = await rowsOf(manager, 'SELECT seq, hash FROM auth.audit_anchors ORDER BY seq DESC LIMIT 1');
    const { seq, hash } = head ?? { seq: 0, hash: '' };
    if (last && (last.seq > seq || (last.seq === seq && last.hash !== hash)))
      throw new AuditTrailCutError(seq, last.seq);
    if (seq === 0 || last?.seq === seq) return undefined;
    const signed = await signHead(manager, keys, { kind: 'head', seq, hash });
    const stored: [unknown] | [] = await manager.query(
      'INSERT INTO auth.audit_anchors (seq, hash, signed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING seq',
      [seq, hash, signed],
    );
    // Another process may have been faster.
    return stored.length > 0 ? { seq, hash, signed } : undefined;
  });
}

export class AuditTrailCutError extends Error {
  constructor(seq: number, anchoredSeq: number) {
    super(`expected the audit trail to reach its signed head at ${anchoredSeq}, it ends at ${seq} or was rewritten`);
    this.name = 'AuditTrailCutError';
  }
}

async function rowsOf(manager: EntityManager, sql: string): Promise<{ seq: number; hash: string }[]> {
  const rows: { seq: number; hash: string }[] = await manager.query(sql);
  return rows.map(({ seq, hash }) => ({ seq: Number(seq), hash }));
}
