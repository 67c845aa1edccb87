import { randomUUID } from 'node:crypto';
import { followPolicyOf } from '@quotefleet/access';
import { type AuthRevokedPayload, accessApi } from '@quotefleet/contracts';
import { createKafkaBus, type EventBus } from '@quotefleet/messaging';
import {
  type Closers,
  ConfigError,
  createAuthenticator,
  createHttpClient,
  createLogger,
  createMetrics,
  Health,
  type Logger,
  type Metrics,
} from '@quotefleet/service-kit';
import type { Router } from 'express';
import { createCheckAccess } from './access/check-access.ts';
import { createUpstreamsRouter } from './admin/upstreams-router.ts';
import { type Admit, createAdmission } from './admission/admission.ts';
import { type AdmitSocket, createAdmitSocket } from './admission/admit-socket.ts';
import { auditCalls, type CallAudit } from './audit/audit-calls.ts';
import type { GatewayConfig } from './config.ts';
import { type ConfigFile, openConfigFile } from './config-file/config-file.ts';
import { createGatewayEvents, type GatewayEvents } from './events.ts';
import { createFleetHealth, type FleetHealth } from './health/fleet-health.ts';
import { openProtection } from './protection/open-protection.ts';
import type { Protection } from './protection/protection.ts';
import { createUpgrades, type Upgrades } from './proxy/upgrade.ts';
import { createClaims } from './rate-limit/claims.ts';
import { createCountCall } from './rate-limit/count-calls.ts';
import { createLimitsRouter } from './rate-limit/limits-router.ts';
import { limitsUnder } from './rate-limit/limits-section.ts';
import { createRateGuard } from './rate-limit/rate-guard.ts';
import { followRevocations } from './revocation/follow-revocations.ts';
import { createRouteTable, type RouteTable } from './routes/route-table.ts';
import type { LoadMeter } from './shedding/measure-load.ts';
import { createStaleAnswers, type StaleAnswers } from './stale/stale-answers.ts';
import { createUpstreamDispatcher } from './upstreams/upstream-dispatcher.ts';
import { showUpstreams } from './upstreams/upstream-metrics.ts';
import { Upstreams } from './upstreams/upstreams.ts';

const AUTH_TIMEOUT_MS = 3000;

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
  events: GatewayEvents;
  protection: Protection;
  meter: LoadMeter;
  /** Token of CSRF, level of degradation. */
  protectionRouter: Router;
  /** Sections of the gateway's file, as they are and as they change. */
  file: ConfigFile;
  upstreams: Upstreams;
  routes: RouteTable;
  staleAnswers: StaleAnswers;
  admit: Admit;
  admitSocket: AdmitSocket;
  audit: CallAudit;
  limitsRouter: Router;
  upstreamsRouter: Router;
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
  const file = await openConfigFile(config.file, events);
  closers.add('gateway file', () => file.close());
  const bus = overrides.bus ?? openBus(config, closers);

  const { breaker, bulkheads, drainMs } = config;
  const upstreams = new Upstreams({ urls: config.upstreams, breaker, bulkheads, drainMs, events });
  closers.add('upstreams', () => upstreams.close());
  showUpstreams(metrics, upstreams);
  // Before the table of routes, which finds the services by name.
  file.follow(['upstreams'], ({ upstreams: declared = {} }) => upstreams.declare(declared));
  file.follow(['bulkheads'], ({ bulkheads: sizes = {} }) => upstreams.resize(sizes));

  const audit = auditCalls({ bus, logger, metrics }, closers);
  const [authUrl = ''] = config.upstreams.auth;
  const dispatcher = createUpstreamDispatcher(upstreams.get('auth'));
  const auth = createHttpClient({ baseUrl: authUrl, timeoutMs: AUTH_TIMEOUT_MS, dispatcher });
  closers.add('auth client', auth.close);
  const authenticator = createAuthenticator(authUrl, {
    dispatcher,
    onRevoked: (revoked) => {
      signingSecrets.forget(revoked.id);
      events.credentialsRevoked(revoked.kind, revoked.id);
    },
  });
  closers.add('authenticator', authenticator.close);
  const { protection, identify, signingSecrets, meter, routerFor } = openProtection(
    { config, auth, authenticator, file, metrics, logger },
    closers,
  );
  const forget = (revoked: AuthRevokedPayload) => {
    authenticator.forget(revoked);
    signingSecrets.forget(revoked.id);
  };
  // A new name on a shared bus need not wait until the group notices that a killed predecessor is gone.
  const group = overrides.bus ? 'gateway' : `gateway-${randomUUID()}`;
  const revocations = await followRevocations({ bus, group, forget, events });
  closers.add('revocations', () => revocations.close());
  const staleAnswers = createStaleAnswers();
  const policy = await followPolicyOf(() => auth.call(accessApi.getPolicy), {
    bus,
    group: `${group}-policy`,
    logger,
    changed: () => staleAnswers.clear(),
  });
  closers.add('access policy', () => policy.close());
  const checkAccess = createCheckAccess(policy.current);

  const guard = await createRateGuard({ redisUrl: config.redisUrl, timeoutMs: config.redisTimeoutMs, events });
  closers.add('rate limiter', () => guard.close());
  let currentClaims = createClaims(config.rateLimits);
  const claims = () => currentClaims;
  file.follow(['limits'], ({ limits }) => {
    currentClaims = createClaims(limitsUnder(limits, config.rateLimits));
    guard.forgetDenials();
  });
  const countCall = createCountCall({ guard, events });
  const admit = createAdmission({ identify, countCall, claims, checkAccess, events });
  const admitSocket = createAdmitSocket({ countCall, claims });
  return {
    config,
    logger,
    metrics,
    health: new Health(),
    events,
    file,
    upstreams,
    routes: createRouteTable(file),
    staleAnswers,
    admit,
    admitSocket,
    protection,
    meter,
    protectionRouter: routerFor(admit),
    audit,
    upstreamsRouter: createUpstreamsRouter({ admit, upstreams }),
    limitsRouter: createLimitsRouter({ admit, guard, claims }),
    upgrades: createUpgrades({
      upstream: upstreams.get('realtime'),
      events,
      check: audit.watchUpgrades((request) => {
        protection.checkSocket(request);
        return admitSocket(request);
      }),
    }),
    fleetHealth: createFleetHealth(upstreams),
  };
}

function openBus({ kafkaBrokers }: GatewayConfig, closers: Closers): EventBus {
  if (kafkaBrokers.length === 0) throw new ConfigError('QF_KAFKA_BROKERS: expected host:port of at least one broker');
  const bus = createKafkaBus({ brokers: kafkaBrokers, clientId: 'gateway' });
  closers.add('bus', () => bus.close());
  return bus;
}
