import type { Logger, Metrics } from '@quotefleet/service-kit';
import type { BreakerState } from './proxy/breaker.ts';

/** The one place where what happens at the edge is counted and logged. */
export interface GatewayEvents {
  rateLimited(policy: string): void;
  refused(reason: 'unauthenticated' | 'forbidden'): void;
  upstreamAnswered(upstream: string, outcome: 'answered' | 'failed' | 'aborted' | 'rejected'): void;
  breakerChanged(upstream: string, state: BreakerState): void;
  socketsOpen(count: number): void;
  credentialsRevoked(kind: string, id: string): void;
  busTrouble(trouble: { kind: string; reason: string }): void;
}

const STATE_FIGURES: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 1, open: 2 };

export function createGatewayEvents(logger: Logger, metrics: Metrics): GatewayEvents {
  const limited = metrics.counter('rate_limited_total', 'Requests over their limit', ['policy']);
  const refusals = metrics.counter('refused_total', 'Requests without the right to make them', ['reason']);
  const calls = metrics.counter('upstream_calls_total', 'Calls passed on', ['upstream', 'outcome']);
  const breakers = metrics.gauge('upstream_breaker_state', '0 closed, 1 half-open, 2 open', ['upstream']);
  const sockets = metrics.gauge('sockets_open', 'WebSocket connections');
  return {
    rateLimited: (policy) => limited.inc({ policy }),
    refused: (reason) => refusals.inc({ reason }),
    upstreamAnswered: (upstream, outcome) => calls.inc({ upstream, outcome }),
    breakerChanged: (upstream, state) => {
      breakers.set({ upstream }, STATE_FIGURES[state]);
      logger[state === 'open' ? 'warn' : 'info']({ upstream, state }, 'circuit breaker changed');
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
    refused: ignore,
    upstreamAnswered: ignore,
    breakerChanged: ignore,
    socketsOpen: ignore,
    credentialsRevoked: ignore,
    busTrouble: ignore,
  };
}
