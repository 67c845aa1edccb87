import { LeasePool, type PoolStats } from './lease-pool.ts';
import { loadConnector } from './load-connector.ts';
import { RestConnection } from './rest-connection.ts';
import { checkServer, type SqlConnection, type SqlRunner } from './sql-connection.ts';
import type { TdengineAddress } from './tdengine-address.ts';
import { WebSocketConnection, type WebSocketConnector } from './websocket-connection.ts';

export interface TdengineLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface TdenginePoolOptions {
  /** Most connections at a time; 8 where absent. */
  max?: number;
  /** How long work waits for a connection; 10 s where absent. */
  acquireTimeoutMs?: number;
  /** How long an answer may take; 30 s where absent. */
  requestTimeoutMs?: number;
  /** A connection held for longer is reported to the logger and counted as leaked; 60 s where absent. */
  leakAfterMs?: number;
}

/** Statements on pooled connections. */
export interface ConnectionPool extends SqlRunner {
  stats(): PoolStats;
  close(): Promise<void>;
}

const DEFAULTS = { max: 8, acquireTimeoutMs: 10_000, requestTimeoutMs: 30_000, leakAfterMs: 60_000 };
const CHECK_AFTER_IDLE_MS = 30_000;

export function createConnectionPool(
  address: TdengineAddress,
  given: TdenginePoolOptions = {},
  logger?: TdengineLogger,
  load: () => Promise<WebSocketConnector> = loadConnector,
): ConnectionPool {
  const options = { ...DEFAULTS, ...given };
  const { requestTimeoutMs } = options;
  let connector: Promise<WebSocketConnector | undefined> | undefined;

  /** Once for the pool, and undefined for good where it fails. */
  async function loadOnce(): Promise<WebSocketConnector | undefined> {
    if (address.protocol === 'rest') return undefined;
    try {
      return await load();
    } catch (err) {
      logger?.info({ err }, '@tdengine/websocket cannot be loaded: REST takes its place');
      return undefined;
    }
  }

  async function open(): Promise<SqlConnection> {
    connector ??= loadOnce();
    const loaded = await connector;
    const rest = new RestConnection(address, requestTimeoutMs);
    return loaded ? WebSocketConnection.open(loaded, address, { rest, requestTimeoutMs }) : rest;
  }

  const pool = new LeasePool<SqlConnection>({
    ...options,
    open,
    close: (connection) => connection.close(),
    check: checkServer,
    checkAfterIdleMs: CHECK_AFTER_IDLE_MS,
    onLeak: (heldMs) => logger?.warn({ heldMs, ...pool.stats() }, 'a connection to TDengine is held for too long'),
  });
  return {
    query: (sql) => pool.use((connection) => connection.query(sql)),
    execute: (sql) => pool.use((connection) => connection.execute(sql)),
    stats: () => pool.stats(),
    async close() {
      await pool.close();
      (await connector)?.destroy();
    },
  };
}
