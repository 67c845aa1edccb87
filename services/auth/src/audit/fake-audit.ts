import type { AuditPayload } from '@quotefleet/contracts';
import type { Audit } from './audit.ts';

/** An Audit in memory. */
export function createFakeAudit(): Audit & { entries: AuditPayload[] } {
  const entries: AuditPayload[] = [];
  return {
    entries,
    async record(entry) {
      entries.push(entry);
    },
  };
}
