import type { BusTrouble } from '@quotefleet/messaging';
import type { Logger, Metrics } from '@quotefleet/service-kit';
import { type Anchor, AuditTrailCutError } from './anchor-audit.ts';
import type { AuditEntry } from './chain.ts';

/** The one place where the audit trail is counted and logged. */
export interface AuditEvents {
  stored(entry: AuditEntry & { hash: string }): void;
  anchored(anchor: Anchor): void;
  retired(entries: number): void;
  choreFailed(error: unknown): void;
  busTrouble(trouble: BusTrouble): void;
}

export function createAuditEvents(logger: Logger, metrics: Metrics): AuditEvents {
  const total = metrics.counter('audit_entries_total', 'Entries of the audit trail', ['action', 'outcome']);
  const anchors = metrics.counter('audit_anchors_total', 'Signed heads of the audit trail');
  const retired = metrics.counter('audit_retired_total', 'Entries removed by retention');
  const faults = metrics.counter('audit_faults_total', 'Audit chores that failed, by whether the trail was cut', [
    'cut',
  ]);
  return {
    stored(entry) {
      const { action, outcome } = entry;
      total.inc({ action, outcome });
      logger.info({ audit: entry }, 'audit');
    },
    anchored({ seq, hash, signed }) {
      anchors.inc();
      logger.info({ seq, hash, anchor: signed }, 'audit trail anchored');
    },
    retired(entries) {
      retired.inc(entries);
      logger.info({ entries }, 'audit entries past their retention removed');
    },
    choreFailed(error) {
      const isCut = error instanceof AuditTrailCutError;
      faults.inc({ cut: String(isCut) });
      if (isCut) logger.error({ err: error }, 'the audit trail was cut');
      else logger.warn({ err: error }, 'audit chore failed');
    },
    busTrouble: ({ kind, reason }) => logger.warn({ kind, reason }, 'bus trouble'),
  };
}
