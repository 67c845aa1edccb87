import { randomUUID } from 'node:crypto';
import { createKafkaBus, type EventBus } from '@quotefleet/messaging';
import {
  type Closers,
  ConfigError,
  createAuthenticator,
  createLogger,
  createMetrics,
  Health,
  type Logger,
  type Metrics,
} from '@quotefleet/service-kit';
import { type Admit, createAdmission } from './admission/admission.ts';
import type { GatewayConfig } from './config.ts';
import { createGatewayEvents } from './events.ts';
import { createFleetHealth, type FleetHealth } from './health/fleet-health.ts';
import { createUpgrades, type Upgrades } from './proxy/upgrade.ts';
import { createUpstream, UPSTREAM_NAMES, type Upstream, type UpstreamName } from './proxy/upstream.ts';
import { createInMemoryRateLimiter } from './rate-limit/in-memory-rate-limiter.ts';
import { followRevocations } from './revocation/follow-revocations.ts';

export interface GatewayOverrides {
  /** Stays open when the gateway stops. */
  bus?: EventBus;
  logger?: Logger;
}

export interface GatewayContext {
  config: GatewayConfig;
  logger: Logger;
  metrics: Metrics;
  health: Health;
  upstreams: Readonly<Record<UpstreamName, Upstream>>;
  admit: Admit;
  upgrades: Upgrades;
  fleetHealth: () => Promise<FleetHealth>;
}

/**
 * The parts of the gateway, put together; it hears of revocations once it resolves. What has to be closed is in
 * `closers`, also when it throws.
 */
export async function createContext(
  config: GatewayConfig,
  overrides: GatewayOverrides,
  closers: Closers,
): Promise<GatewayContext> {
  const logger = overrides.logger ?? createLogger({ service: 'gateway', level: config.logLevel });
  const metrics = createMetrics('gateway');
  const events = createGatewayEvents(logger, metrics);
  const bus = overrides.bus ?? openBus(config, closers);

  const authenticator = createAuthenticator(config.upstreams.auth);
  closers.add('authenticator', authenticator.close);
  // A new name on a shared bus need not wait until the group notices that a killed predecessor is gone.
  const group = overrides.bus ? 'gateway' : `gateway-${randomUUID()}`;
  const revocations = await followRevocations({ bus, group, authenticator, events });
  closers.add('revocations', () => revocations.close());

  const upstreams = Object.fromEntries(
    UPSTREAM_NAMES.map((name) => {
      // Socket.IO's handshake may carry the key in a header, and realtime checks it.
      const keepCredentials = name === 'realtime';
      const options = { name, url: config.upstreams[name], breaker: config.breaker, events, keepCredentials };
      return [name, createUpstream(options)];
    }),
  ) as Record<UpstreamName, Upstream>;
  closers.add('upstreams', () => Promise.all(Object.values(upstreams).map((upstream) => upstream.close())));

  const limiter = createInMemoryRateLimiter();
  return {
    config,
    logger,
    metrics,
    health: new Health(),
    upstreams,
    admit: createAdmission({ authenticator, limiter, limits: config.limits, events }),
    upgrades: createUpgrades(upstreams.realtime, events),
    fleetHealth: createFleetHealth(upstreams),
  };
}

function openBus({ kafkaBrokers }: GatewayConfig, closers: Closers): EventBus {
  if (kafkaBrokers.length === 0) throw new ConfigError('QF_KAFKA_BROKERS: expected host:port of at least one broker');
  const bus = createKafkaBus({ brokers: kafkaBrokers, clientId: 'gateway' });
  closers.add('bus', () => bus.close());
  return bus;
}
