import { createHash } from 'node:crypto';
import type { AuditPayload } from '@quotefleet/contracts';

/** One entry of the audit trail, as it is stored. */
export interface AuditEntry extends AuditPayload {
  /** Place in the chain: 1, 2, 3 ... without gaps. */
  seq: number;
  /** Of the event: an event that comes twice is stored once. */
  id: string;
  /** When it was done, ms since epoch UTC. */
  at: number;
  /** When it was stored, ms since epoch UTC; never falls along the chain. */
  recordedAt: number;
  traceId: string;
}

/** What the chain begins with. */
export const FIRST_HASH = '0'.repeat(64);

/**
 * What makes the entries a chain: SHA-256, in hexadecimal digits, over the hash of the entry before and the canonical
 * JSON of the entry (names in order, nothing for what is absent, no white space).
 */
export function hashEntry(previousHash: string, entry: AuditEntry): string {
  return createHash('sha256').update(previousHash).update(canonicalJson(entry)).digest('hex');
}

function canonicalJson(entry: AuditEntry): string {
  const { seq, id, at, recordedAt, traceId, actor, client, action, target, outcome, reason } = entry;
  const { ip, ips, userAgent, count } = entry;
  // The order of the alphabet, and every name that there is: what the hash does not cover could be altered unseen.
  return JSON.stringify({
    action,
    actor,
    at,
    client,
    count,
    id,
    ip,
    ips,
    outcome,
    reason,
    recordedAt,
    seq,
    target,
    traceId,
    userAgent,
  });
}
