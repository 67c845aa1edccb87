import { Pool, type PoolConfig, types } from 'pg';

export interface CreatePoolOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** Most connections at a time; 10 where absent. */
  poolMax?: number;
  /** A connection that broke while nobody used it: the pool has dropped it already. */
  onIdleError?: (error: Error) => void;
}

export const CONNECTION_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** What the client waits beyond the statement timeout before it takes the connection for dead. */
const ANSWER_GRACE_MS = 5_000;
const KEEP_ALIVE_DELAY_MS = 5_000;
const DEFAULT_POOL_MAX = 10;
const INT8_ARRAY = 1016;

/** A pool whose bigints come back as numbers and whose waits all end. */
export function createPool({ url, onIdleError, ...options }: CreatePoolOptions): Pool {
  const pool = new Pool({ ...poolConfig(options), connectionString: url });
  pool.on('error', (error) => onIdleError?.(error));
  return pool;
}

/** What every pool of the fleet has in common. */
export function poolConfig({
  applicationName,
  poolMax = DEFAULT_POOL_MAX,
}: Pick<CreatePoolOptions, 'applicationName' | 'poolMax'>): PoolConfig {
  return {
    application_name: applicationName,
    max: poolMax,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
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
