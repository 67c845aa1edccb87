import type { AuditPayload } from '@quotefleet/contracts';

/** Where auth writes down who did what; see `appendAudit` for entries that belong to a change of the database. */
export interface Audit {
  /** Resolves once the entry is stored for good. Address and user agent of the request under way are added to it. */
  record(entry: AuditPayload): Promise<void>;
}
