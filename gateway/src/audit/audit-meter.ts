import type { AuditMeter } from '@quotefleet/messaging';
import type { Logger, Metrics } from '@quotefleet/service-kit';

/** What the gateway counts and logs of its audit events. */
export function createAuditMeter(logger: Logger, metrics: Metrics): AuditMeter {
  const events = metrics.counter('audit_events_total', 'Audit events for the bus', ['action', 'outcome']);
  const dropped = metrics.counter('audit_dropped_total', 'Audit events that found no room to wait for the bus');
  return {
    queued: ({ action, outcome }) => events.inc({ action, outcome }),
    dropped: () => dropped.inc(),
    trouble: (error) => logger.warn({ err: error }, 'the bus does not take audit events'),
  };
}
