import type { AuditPayload, Identity } from '@quotefleet/contracts';
import { AuditPublisher, type EventBus, RepeatedCalls } from '@quotefleet/messaging';
import type { AppError, Closers, Logger, Metrics } from '@quotefleet/service-kit';

const QUEUE_MAX = 10_000;
const REPEATED_EVERY_MS = 10_000;
const TEXT_MAX = 256;
/** Otherwise it was the fleet's own doing. */
const REFUSALS = new Set([401, 403, 429]);

/** Where a handshake came from. */
export interface Caller {
  address: string;
  userAgent: string | undefined;
}

/** What an operator did to a connection. */
interface Kick {
  by: Identity;
  id: string;
  subject: string;
}

/** What the audit trail is told of sockets: who was not let in, and whom an operator put out. */
export interface SocketAudit {
  refused(error: AppError, caller: Caller): void;
  refreshRefused(error: AppError, identity: Identity): void;
  kicked(kick: Kick): void;
}

interface SocketAuditOptions {
  bus: EventBus;
  logger: Logger;
  metrics: Metrics;
}

/** Publishes in the background; a flood of refusals is told of by counts. */
export function createSocketAudit({ bus, logger, metrics }: SocketAuditOptions, closers: Closers): SocketAudit {
  const events = metrics.counter('audit_events_total', 'Audit events for the bus', ['action', 'outcome']);
  const dropped = metrics.counter('audit_dropped_total', 'Audit events that found no room to wait for the bus');
  const meter = {
    queued: ({ action, outcome }: AuditPayload) => events.inc({ action, outcome }),
    dropped: () => dropped.inc(),
    trouble: (error: unknown) => logger.warn({ err: error }, 'the bus does not take audit events'),
  };
  const publisher = new AuditPublisher({ name: 'realtime', bus, meter, queueMax: QUEUE_MAX });
  const repeated = new RepeatedCalls((entry, traceId) => publisher.publish(entry, traceId));
  const timer = setInterval(() => repeated.flush(), REPEATED_EVERY_MS).unref();
  closers.add('audit', () => {
    clearInterval(timer);
    repeated.flush();
    return publisher.close();
  });
  return {
    refused({ message, status }, { address, userAgent }) {
      if (!REFUSALS.has(status)) return;
      const entry: AuditPayload = {
        ...{ actor: 'anonymous', action: 'socket.refused', target: 'socket', outcome: 'refused', reason: cut(message) },
        ...(address === '' ? {} : { ip: address }),
        ...(userAgent === undefined ? {} : { userAgent: cut(userAgent) }),
      };
      repeated.add(entry, status);
    },
    refreshRefused({ message, status }, { subject, client }) {
      const entry = { actor: subject, client, action: 'socket.refresh', target: 'socket', reason: cut(message) };
      repeated.add({ ...entry, outcome: 'refused' }, status);
    },
    kicked({ by, id, subject }) {
      const target = cut(`connection ${id} of ${subject}`);
      publisher.publish({ actor: by.subject, client: by.client, action: 'socket.kick', target, outcome: 'allowed' });
    },
  };
}

function cut(text: string): string {
  return text.slice(0, TEXT_MAX);
}
