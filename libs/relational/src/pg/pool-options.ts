/** How a pool behaves under load, and whom it tells. Absent values are the fleet's defaults. */
export interface PoolOptions {
  /** Connections that stay open once they were needed; 20. */
  max?: number | undefined;
  /** Connections beyond `max` that a rush may open; 40. They are closed when they are idle again. */
  overflow?: number | undefined;
  /** How long a connection beyond `max` may lie idle before it is closed; 10 s. */
  overflowIdleMs?: number | undefined;
  /** Age at which a connection is closed, after its work, and replaced on demand; 1 h. */
  recycleAfterMs?: number | undefined;
  /** Longest wait for a free connection; 30 s. */
  acquireTimeoutMs?: number | undefined;
  /** Longest wait for the server to accept a new connection; 5 s. */
  connectTimeoutMs?: number | undefined;
  /** A connection that was idle for longer answers a `SELECT 1` before it is handed out; 1 s. */
  checkAfterIdleMs?: number | undefined;
  /** How long that `SELECT 1` may take before the connection is replaced; 1 s. */
  checkTimeoutMs?: number | undefined;
  /** A connection that was borrowed for longer counts as leaked; 60 s. */
  leakAfterMs?: number | undefined;
  /** A query that takes longer is reported; 500 ms. */
  slowQueryMs?: number | undefined;
  /** A connection that broke while nobody used it: the pool has dropped it already. */
  onIdleError?: ((error: Error) => void) | undefined;
  /** Called once for each connection that counts as leaked. It is not taken away from its borrower. */
  onLeak?: ((leak: ConnectionLeak) => void) | undefined;
  onSlowQuery?: ((query: SlowQuery) => void) | undefined;
}

export interface ConnectionLeak {
  /** Stack of the call that borrowed the connection. */
  borrower: string;
  borrowedForMs: number;
}

export interface SlowQuery {
  /** As it was sent, the values of its parameters not among it. */
  sql: string;
  durationMs: number;
  /** Returned or changed; undefined for a query that failed and for several statements in one. */
  rows: number | undefined;
  failed: boolean;
}

export interface PoolStats {
  /** Borrowed, or being opened. */
  active: number;
  idle: number;
  /** Callers that wait for a connection. */
  waiting: number;
  /** Of the active ones, those borrowed for longer than `leakAfterMs`. */
  leaked: number;
  /** Connections beyond `max`. */
  overflow: number;
  /** active + idle. */
  total: number;
}

export const CONNECTION_TIMEOUT_MS = 5_000;

/** `options` with the defaults in place of what is absent. */
export function completePoolOptions(options: PoolOptions) {
  return {
    max: options.max ?? 20,
    overflow: options.overflow ?? 40,
    overflowIdleMs: options.overflowIdleMs ?? 10_000,
    recycleAfterMs: options.recycleAfterMs ?? 3_600_000,
    acquireTimeoutMs: options.acquireTimeoutMs ?? 30_000,
    connectTimeoutMs: options.connectTimeoutMs ?? CONNECTION_TIMEOUT_MS,
    checkAfterIdleMs: options.checkAfterIdleMs ?? 1_000,
    checkTimeoutMs: options.checkTimeoutMs ?? 1_000,
    leakAfterMs: options.leakAfterMs ?? 60_000,
    slowQueryMs: options.slowQueryMs ?? 500,
    onIdleError: options.onIdleError,
    onLeak: options.onLeak,
    onSlowQuery: options.onSlowQuery,
  };
}

export type CompletePoolOptions = ReturnType<typeof completePoolOptions>;
