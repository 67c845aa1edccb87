import { Agent } from 'node:http';
import { unavailable } from '@quotefleet/service-kit';
import { Pool } from 'undici';
import type { GatewayEvents } from '../events.ts';
import { type BreakerOptions, ConsecutiveBreaker } from './breaker.ts';
import type { Exchange, Forward } from './exchange.ts';
import { createPoolForward } from './pool-forward.ts';
import { createStreamForward } from './stream-forward.ts';
import { codeOf, FaultyAnswerError, toClientError } from './upstream-error.ts';

export const UPSTREAM_NAMES = ['auth', 'market-data', 'cache', 'sync', 'realtime'] as const;
export type UpstreamName = (typeof UPSTREAM_NAMES)[number];

/** Connections to one upstream; calls beyond wait for one. */
const CONNECTIONS_MAX = 128;
const CONNECT_TIMEOUT_MS = 2000;
/** Below the 65 s after which a service closes an idle connection. */
const IDLE_TIMEOUT_MS = 50_000;

/** One service behind the gateway. */
export interface Upstream {
  name: UpstreamName;
  url: string;
  pool: Pool;
  breaker: ConsecutiveBreaker;
  /** Passes a call on by the hot path. @throws AppError as the client is to see it */
  send(exchange: Exchange): Promise<void>;
  /** Passes a call on by the path for large bodies and long answers. @throws AppError as the client is to see it */
  stream(exchange: Exchange): Promise<void>;
  close(): Promise<void>;
}

interface CreateUpstreamOptions {
  name: UpstreamName;
  url: string;
  breaker: BreakerOptions;
  events: GatewayEvents;
  /** For an upstream that checks the caller by itself. */
  keepCredentials?: boolean;
}

export function createUpstream({ name, url, events, keepCredentials, ...options }: CreateUpstreamOptions): Upstream {
  const pool = new Pool(url, {
    connections: CONNECTIONS_MAX,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: IDLE_TIMEOUT_MS,
  });
  const agent = new Agent({ keepAlive: true, timeout: IDLE_TIMEOUT_MS, scheduling: 'lifo' });
  const breaker = new ConsecutiveBreaker(name, options.breaker);
  const tell = () => events.breakerChanged(name, breaker.state);
  breaker.on('open', tell).on('halfOpen', tell).on('close', tell);

  const guarded = (forward: Forward) => async (exchange: Exchange) => {
    // Who left while the call was being admitted is not told of by an event any more.
    if (exchange.response.closed) return;
    try {
      events.upstreamAnswered(name, await breaker.fire(() => forward(exchange)));
    } catch (error) {
      if (isBreakerOpen(error)) {
        events.upstreamAnswered(name, 'rejected');
        const retryAfterSeconds = breaker.retryAfterSeconds;
        throw unavailable(`${name} is not available now, try again`, { retryAfterSeconds });
      }
      events.upstreamAnswered(name, 'failed');
      if (!(error instanceof FaultyAnswerError)) throw toClientError(name, error);
    }
  };

  return {
    name,
    url,
    pool,
    breaker,
    send: guarded(createPoolForward(name, pool)),
    stream: guarded(createStreamForward({ upstream: name, url, agent, keepCredentials: keepCredentials ?? false })),
    async close() {
      breaker.shutdown();
      agent.destroy();
      await pool.destroy();
    },
  };
}

export function isBreakerOpen(error: unknown): boolean {
  return codeOf(error) === 'EOPENBREAKER';
}
