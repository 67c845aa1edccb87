import { Pool, types } from 'pg';

export interface CreatePoolOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** Most connections at a time; 10 where absent. */
  poolMax?: number;
  /** A statement that runs longer is cancelled by the server; 30 s where absent. */
  statementTimeoutMs?: number;
  /** A connection that broke while nobody used it: the pool has dropped it already. */
  onIdleError?: (error: Error) => void;
}

export const CONNECTION_TIMEOUT_MS = 5_000;
export const STATEMENT_TIMEOUT_MS = 30_000;
/** What the client waits beyond the statement timeout before it takes the connection for dead. */
const ANSWER_GRACE_MS = 5_000;
const INT8 = types.builtins.INT8;
const INT8_ARRAY = 1016;

/** A pool whose bigints come back as numbers and whose waits all end. */
export function createPool({ url, applicationName, poolMax = 10, onIdleError, ...options }: CreatePoolOptions): Pool {
  const statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const pool = new Pool({
    connectionString: url,
    application_name: applicationName,
    max: poolMax,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + ANSWER_GRACE_MS,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    types: { getTypeParser: numericParser as typeof types.getTypeParser },
  });
  pool.on('error', (error) => onIdleError?.(error));
  return pool;
}

function numericParser(oid: number, format?: 'text' | 'binary') {
  if (oid === INT8) return Number;
  const parser = types.getTypeParser(oid, format ?? 'text');
  if (oid !== INT8_ARRAY) return parser;
  return (text: string) => (parser(text) as unknown as string[]).map(Number);
}
