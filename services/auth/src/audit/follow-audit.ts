import { type AuditPayload, auditEvent, type EventEnvelope, TOPIC_PARTITIONS, TOPICS } from '@quotefleet/contracts';
import type { BusTrouble, EventBus, Subscription } from '@quotefleet/messaging';
import type { DataSource } from 'typeorm';
import { storeEvents } from './create-audit.ts';

/** Shared by every auth process: each event is stored by one of them. */
const GROUP = 'auth-audit';
const TIME_MAX = Date.UTC(9999, 0);
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 30_000;

interface FollowAuditOptions {
  bus: EventBus;
  dataSource: DataSource;
  onTrouble: (trouble: BusTrouble) => void;
}

/**
 * Stores the audit events of the other services. An event counts as taken once it is stored, and one that comes again is
 * not stored again. Without the bus auth does its work all the same: the subscription is tried until it is there.
 */
export function followAudit(options: FollowAuditOptions): { close(): Promise<void> } {
  const closing = new AbortController();
  const subscribed = keepTrying(options, closing.signal);
  return {
    async close() {
      closing.abort();
      const subscription = await subscribed;
      await subscription?.close();
    },
  };
}

async function keepTrying(options: FollowAuditOptions, signal: AbortSignal): Promise<Subscription | undefined> {
  for (let pauseMs = RETRY_FIRST_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, RETRY_MAX_MS)) {
    try {
      return await subscribe(options);
    } catch (error) {
      options.onTrouble({ kind: 'connection', topic: TOPICS.audit, reason: String(error) });
      await pause(pauseMs, signal);
    }
  }
  return undefined;
}

async function subscribe({ bus, dataSource, onTrouble }: FollowAuditOptions): Promise<Subscription> {
  await bus.ensureTopics([{ name: TOPICS.audit, partitions: TOPIC_PARTITIONS }]);
  return bus.subscribe({
    group: GROUP,
    topics: [TOPICS.audit],
    from: 'earliest',
    decode: parseEvent,
    handle: ({ events }) =>
      storeEvents(
        dataSource,
        events.map(({ value }) => value),
      ),
    onTrouble,
  });
}

function parseEvent(value: unknown): EventEnvelope<AuditPayload> {
  const event = auditEvent.parse(value);
  if (event.ts < TIME_MAX) return event;
  throw new RangeError(`expected a time before the year 9999, was ${event.ts}`);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
