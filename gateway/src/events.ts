import type { Identity } from '@quotefleet/contracts';
import type { Logger, Metrics } from '@quotefleet/service-kit';
import { createClientLabels } from './deprecation/client-labels.ts';
import type { RateGuardEvents } from './rate-limit/rate-guard.ts';
import type { BreakerState } from './upstreams/breaker.ts';

/** One process of a service behind the gateway. */
export interface InstanceName {
  upstream: string;
  /** Host and port. */
  instance: string;
}

/** The one place where what happens at the edge is counted and logged. */
export interface GatewayEvents extends RateGuardEvents {
  rateLimited(policy: string): void;
  rateAllowed(policy: string): void;
  refused(reason: 'unauthenticated' | 'forbidden'): void;
  upstreamAnswered(upstream: string, outcome: 'answered' | 'failed' | 'aborted' | 'rejected'): void;
  breakerChanged(name: InstanceName, state: BreakerState): void;
  healthChanged(name: InstanceName, healthy: boolean): void;
  instanceClosed(name: InstanceName): void;
  /** Another attempt was made, or would have been but for the budget. */
  retried(upstream: string, withinBudget: boolean): void;
  bulkheadFull(upstream: string, bulkhead: string): void;
  staleServed(upstream: string): void;
  /** Somebody still uses what is on its way out. */
  deprecatedCalled(endpoint: string, identity: Identity | undefined): void;
  configReloaded(path: string): void;
  /** It cannot be used; the one before stays. */
  configRefused(path: string, reason: unknown): void;
  socketsOpen(count: number): void;
  credentialsRevoked(kind: string, id: string): void;
  busTrouble(trouble: { kind: string; reason: string }): void;
}

export function createGatewayEvents(logger: Logger, metrics: Metrics): GatewayEvents {
  const limited = metrics.counter('rate_limited_total', 'Requests over their limit', ['policy']);
  const allowed = metrics.counter('rate_allowed_total', 'Requests within their limit', ['policy']);
  const missed = metrics.counter('rate_limiter_missed_total', 'Requests judged without the shared buckets', ['mode']);
  const spared = metrics.counter('rate_limiter_spared_total', 'Refusals that needed no call of the shared buckets');
  const lost = metrics.gauge('rate_limiter_lost', '1 while the shared buckets cannot be reached');
  const refusals = metrics.counter('refused_total', 'Requests without the right to make them', ['reason']);
  const calls = metrics.counter('upstream_calls_total', 'Calls passed on', ['upstream', 'outcome']);
  const retries = metrics.counter('upstream_retries_total', 'Further attempts of calls', ['upstream', 'outcome']);
  const full = metrics.counter('bulkhead_rejected_total', 'Calls that found no place', ['upstream', 'bulkhead']);
  const stale = metrics.counter('stale_answers_total', 'Old answers given in place of new ones', ['upstream']);
  const deprecated = metrics.counter('deprecated_calls_total', 'Calls of what leaves', ['endpoint', 'client']);
  const labelOf = createClientLabels();
  const reloads = metrics.counter('config_reloads_total', 'Changes of the gateway file', ['outcome']);
  const sockets = metrics.gauge('sockets_open', 'WebSocket connections');
  return {
    rateLimited: (policy) => limited.inc({ policy }),
    rateAllowed: (policy) => allowed.inc({ policy }),
    limiterLost: (reason) => {
      lost.set(1);
      logger.warn({ reason: String(reason) }, 'limits are counted by this node alone: Redis is away');
    },
    limiterBack: () => {
      lost.set(0);
      logger.info('limits are counted in Redis again');
    },
    limiterMissed: (mode) => missed.inc({ mode }),
    limiterSpared: () => spared.inc(),
    refused: (reason) => refusals.inc({ reason }),
    upstreamAnswered: (upstream, outcome) => calls.inc({ upstream, outcome }),
    breakerChanged: (name, state) => {
      logger[state === 'open' ? 'warn' : 'info']({ ...name, state }, 'circuit breaker changed');
    },
    healthChanged: (name, isHealthy) => {
      logger[isHealthy ? 'info' : 'warn']({ ...name, healthy: isHealthy }, 'health of an instance changed');
    },
    instanceClosed: (name) => logger.info(name, 'instance closed'),
    retried: (upstream, withinBudget) => retries.inc({ upstream, outcome: withinBudget ? 'made' : 'over_budget' }),
    bulkheadFull: (upstream, bulkhead) => full.inc({ upstream, bulkhead }),
    staleServed: (upstream) => stale.inc({ upstream }),
    deprecatedCalled: (endpoint, identity) => deprecated.inc({ endpoint, client: labelOf(identity) }),
    configReloaded: (path) => {
      reloads.inc({ outcome: 'accepted' });
      logger.info({ path }, 'gateway file reloaded');
    },
    configRefused: (path, reason) => {
      reloads.inc({ outcome: 'refused' });
      logger.error({ path, reason: String(reason) }, 'gateway file cannot be used: the one before stays');
    },
    socketsOpen: (count) => sockets.set(count),
    credentialsRevoked: (kind, id) => logger.info({ kind, id }, 'credentials revoked'),
    busTrouble: ({ kind, reason }) => logger.warn({ kind, reason }, 'bus trouble'),
  };
}

/** Events that nobody looks at, for tests. */
export function createSilentEvents(): GatewayEvents {
  const ignore = () => undefined;
  return {
    rateLimited: ignore,
    rateAllowed: ignore,
    limiterLost: ignore,
    limiterBack: ignore,
    limiterMissed: ignore,
    limiterSpared: ignore,
    refused: ignore,
    upstreamAnswered: ignore,
    breakerChanged: ignore,
    healthChanged: ignore,
    instanceClosed: ignore,
    retried: ignore,
    bulkheadFull: ignore,
    staleServed: ignore,
    deprecatedCalled: ignore,
    configReloaded: ignore,
    configRefused: ignore,
    socketsOpen: ignore,
    credentialsRevoked: ignore,
    busTrouble: ignore,
  };
}
