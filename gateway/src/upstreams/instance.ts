import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { Pool } from 'undici';
import type { GatewayEvents } from '../events.ts';
import type { Forward } from '../proxy/exchange.ts';
import { createPoolForward } from '../proxy/pool-forward.ts';
import { createStreamForward } from '../proxy/stream-forward.ts';
import { createUpgradeForward, type UpgradeForward } from '../proxy/upgrade-forward.ts';
import { type BreakerOptions, ConsecutiveBreaker } from './breaker.ts';
import { type Probe, startProbe } from './probe.ts';

/** Connections to one instance; calls beyond wait for one. */
const CONNECTIONS_MAX = 128;
const CONNECT_TIMEOUT_MS = 2000;
/** Below the 65 s after which a service closes an idle connection. */
const IDLE_TIMEOUT_MS = 50_000;
const TAG_DIGITS = 10;

/** One process of a service behind the gateway, with its own connections and breaker. */
export interface Instance {
  upstream: string;
  url: string;
  /** Host and port, for people and metrics. */
  address: string;
  /** Stands for the instance where clients see it: the same at every gateway. */
  tag: string;
  breaker: ConsecutiveBreaker;
  /** When its state changed last, ms since epoch. */
  breakerSince: number;
  probe: Probe;
  /** Takes no new calls. */
  draining: boolean;
  /** Calls under way. */
  outstanding: number;
  /** WebSockets that are open. */
  sockets: number;
  /** When it was added, ms since epoch. */
  since: number;
  pool: Pool;
  send: Forward;
  stream: Forward;
  upgrade: UpgradeForward;
  /** Cuts what is still open. */
  close(): Promise<void>;
}

export interface InstanceOptions {
  upstream: string;
  url: string;
  breaker: BreakerOptions;
  events: GatewayEvents;
  /** False for one that has to answer its first probe before it is preferred. */
  healthy: boolean;
}

export function createInstance({ upstream, url, events, healthy, ...options }: InstanceOptions): Instance {
  const pool = new Pool(url, {
    connections: CONNECTIONS_MAX,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: IDLE_TIMEOUT_MS,
  });
  const agent = new Agent({ keepAlive: true, timeout: IDLE_TIMEOUT_MS, scheduling: 'lifo' });
  const { host: address } = new URL(url);
  const name = { upstream, instance: address };
  const breaker = new ConsecutiveBreaker(address, options.breaker);
  const probe = startProbe({
    url,
    healthy,
    tell(isHealthy) {
      events.healthChanged(name, isHealthy);
      // It was gone and is back: clients need not wait for the breaker's time to run out.
      if (isHealthy) breaker.recover();
    },
  });
  const instance: Instance = {
    upstream,
    url,
    address,
    tag: createHash('sha256').update(url).digest('hex').slice(0, TAG_DIGITS),
    breaker,
    breakerSince: Date.now(),
    probe,
    draining: false,
    outstanding: 0,
    sockets: 0,
    since: Date.now(),
    pool,
    send: createPoolForward(upstream, pool),
    stream: createStreamForward({ upstream, url, agent }),
    upgrade: createUpgradeForward(url),
    async close() {
      breaker.shutdown();
      agent.destroy();
      await Promise.all([probe.close(), pool.destroy()]);
    },
  };
  const tell = () => {
    instance.breakerSince = Date.now();
    events.breakerChanged(name, breaker.state);
  };
  breaker.on('open', tell).on('halfOpen', tell).on('close', tell);
  return instance;
}
