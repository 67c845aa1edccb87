import { createKafkaBus, type EventBus } from '@quotefleet/messaging';
import { createOutboxQueue, type OutboxQueue } from '@quotefleet/relational';
import { type Closers, createLogger, createMetrics, Health, type Logger, type Metrics } from '@quotefleet/service-kit';
import type { SyncConfig } from './config.ts';
import { SyncEvents } from './events.ts';
import { LagWatch } from './relay/lag-watch.ts';
import { Relay } from './relay/relay.ts';

export interface SyncOverrides {
  /** Stays open when the service stops. */
  bus?: EventBus;
  logger?: Logger;
}

/** Everything the service is made of. */
export interface SyncContext {
  logger: Logger;
  metrics: Metrics;
  health: Health;
  bus: EventBus;
  queue: OutboxQueue;
  relay: Relay;
  watch: LagWatch;
}

export function createContext(config: SyncConfig, overrides: SyncOverrides, closers: Closers): SyncContext {
  const logger = overrides.logger ?? createLogger({ service: 'sync', level: config.logLevel });
  const metrics = createMetrics('sync');
  const events = new SyncEvents(logger, metrics);
  const bus = overrides.bus ?? createKafkaBus({ brokers: config.kafkaBrokers, clientId: 'sync' });
  if (!overrides.bus) closers.add('bus', () => bus.close());
  const queue = createOutboxQueue({ url: config.databaseUrl });
  closers.add('outbox', () => queue.close());
  const health = new Health();
  health.addCheck('bus', () => bus.check());
  health.addCheck('database', () => queue.check());
  const relay = new Relay({ queue, bus, events, pollIntervalMs: config.pollIntervalMs });
  const watch = new LagWatch({ queue, events });
  return { logger, metrics, health, bus, queue, relay, watch };
}
