import type { auditApi } from '@quotefleet/contracts';
import type { EventBus } from '@quotefleet/messaging';
import { translateDatabaseErrors } from '@quotefleet/relational';
import type { Closers, Logger, Metrics } from '@quotefleet/service-kit';
import type { DataSource } from 'typeorm';
import type { Audit } from './audit.ts';
import { AuditChores } from './audit-chores.ts';
import { createAuditEvents } from './audit-events.ts';
import type { AuditEntry } from './chain.ts';
import { createAudit } from './create-audit.ts';
import { followAudit } from './follow-audit.ts';
import { type AuditFilter, listAudit } from './list-audit.ts';
import type { AuditSigningKeys } from './signed-heads.ts';
import { tellCommitted } from './tell-committed.ts';
import { verifyAudit } from './verify-audit.ts';

/** The audit trail: written here and by events of other services, read by admins and by whom it tells of. */
export interface AuditTrail extends Audit {
  /** Newest first. */
  list(filter: AuditFilter): Promise<(AuditEntry & { hash: string })[]>;
  /** @throws AppError INVALID_ARGUMENT for an anchor of entries that retention has removed */
  verify(anchor: string | undefined): Promise<auditApi.AuditVerdict>;
}

interface StartAuditTrailOptions {
  dataSource: DataSource;
  bus: EventBus;
  keys: AuditSigningKeys;
  /** 0 keeps entries for ever. */
  retentionDays: number;
  logger: Logger;
  metrics: Metrics;
}

/** Follows the events of other services and looks after the trail until the closers run. */
export function startAuditTrail(options: StartAuditTrailOptions, closers: Closers): AuditTrail {
  const { dataSource, bus, keys, retentionDays, logger, metrics } = options;
  const events = createAuditEvents(logger, metrics);
  tellCommitted(dataSource, events.stored);
  const chores = new AuditChores({ dataSource, keys, events, retentionDays });
  closers.add('audit chores', () => chores.close());
  const following = followAudit({ bus, dataSource, onTrouble: events.busTrouble });
  closers.add('audit events', () => following.close());
  return {
    ...createAudit(dataSource),
    list: (filter) => translateDatabaseErrors(() => listAudit(dataSource, filter)),
    verify: (anchor) => translateDatabaseErrors(() => verifyAudit(dataSource, anchor)),
  };
}
