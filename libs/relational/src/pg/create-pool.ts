import { types } from 'pg';
import { ManagedPool, type ManagedPoolConfig } from './managed-pool.ts';
import { completePoolOptions, type PoolOptions } from './pool-options.ts';
import { TimedClient } from './timed-client.ts';

export interface CreatePoolOptions extends PoolOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** Most connections at a time, short for that `max` and no overflow. */
  poolMax?: number | undefined;
}

const STATEMENT_TIMEOUT_MS = 30_000;
/** What the client waits beyond the statement timeout before it takes the connection for dead. */
const ANSWER_GRACE_MS = 5_000;
const KEEP_ALIVE_DELAY_MS = 5_000;
const INT8_ARRAY = 1016;

/** A pool whose bigints come back as numbers and whose waits all end. */
export function createPool({ url, ...options }: CreatePoolOptions): ManagedPool {
  const pool = new ManagedPool({ ...poolConfig(options), connectionString: url });
  pool.on('error', (error) => options.onIdleError?.(error));
  return pool;
}

/** What every pool of the fleet has in common: the configuration of a ManagedPool. */
export function poolConfig({
  applicationName,
  poolMax,
  ...options
}: Omit<CreatePoolOptions, 'url'>): ManagedPoolConfig {
  const managed = completePoolOptions({ ...options, ...(poolMax && { max: poolMax, overflow: 0 }) });
  return {
    managed,
    Client: TimedClient,
    application_name: applicationName,
    // Connections up to `min` are not closed for being idle, those above it are.
    min: managed.max,
    max: managed.max + managed.overflow,
    idleTimeoutMillis: managed.overflowIdleMs,
    maxLifetimeSeconds: managed.recycleAfterMs / 1_000,
    connectionTimeoutMillis: managed.acquireTimeoutMs,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + ANSWER_GRACE_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    types: { getTypeParser: typeParser as typeof types.getTypeParser },
  };
}

function typeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === types.builtins.INT8) return Number;
  const parser = types.getTypeParser(oid, format ?? 'text');
  if (oid !== INT8_ARRAY) return parser;
  return (text: string) => (parser(text) as unknown as string[]).map(Number);
}
