import { Client, type ClientConfig } from 'pg';
import type { ManagedPoolConfig } from './managed-pool.ts';
import type { SlowQuery } from './pool-options.ts';

type Query = (...args: unknown[]) => unknown;
type Callback = (error: unknown, result: unknown) => void;

interface Watch {
  slowQueryMs: number;
  onSlowQuery: (query: SlowQuery) => void;
}

/** A connection of a ManagedPool: reports its slow queries, and has a limit of its own for the connecting. */
export class TimedClient extends Client {
  constructor(config: Partial<ManagedPoolConfig> = {}) {
    super(clientConfig(config));
    // pg-pool has no listener on a connection between its return and its next borrower's turn; a loss told of in that
    // moment would end the process. The borrower learns of it by its first query.
    this.on('error', () => undefined);
    const { onSlowQuery, slowQueryMs = 0 } = config.managed ?? {};
    if (!onSlowQuery) return;
    const query = this.query.bind(this) as Query;
    this.query = timed(query, { slowQueryMs, onSlowQuery }) as typeof this.query;
  }
}

/** The pool's `connectionTimeoutMillis` is that of its queue. */
function clientConfig(config: Partial<ManagedPoolConfig>): ClientConfig {
  // The pool hides its password from enumeration.
  const { password, managed } = config;
  return { ...config, password, connectionTimeoutMillis: managed?.connectTimeoutMs };
}

function timed(query: Query, watch: Watch): Query {
  return (...args) => {
    const [asked] = args;
    // COPY and cursors take as long as whoever feeds or reads them.
    if (isSubmittable(asked)) return query(...args);
    const startedAt = performance.now();
    const report = (result: unknown) => {
      const durationMs = performance.now() - startedAt;
      if (durationMs <= watch.slowQueryMs) return;
      watch.onSlowQuery({ sql: textOf(asked), durationMs, rows: rowsOf(result), failed: result === undefined });
    };
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      const reported: Callback = (error, result) => {
        report(error ? undefined : result);
        (callback as Callback)(error, result);
      };
      return query(...args.slice(0, -1), reported);
    }
    const answer = query(...args);
    if (isPromise(answer)) {
      answer.then(report, () => report(undefined));
    }
    return answer;
  };
}

function isSubmittable(asked: unknown): boolean {
  return typeof asked === 'object' && asked !== null && 'submit' in asked;
}

function isPromise(answer: unknown): answer is Promise<unknown> {
  return typeof answer === 'object' && answer !== null && 'then' in answer;
}

function textOf(asked: unknown): string {
  if (typeof asked === 'string') return asked;
  return (asked as { text?: string } | undefined)?.text ?? '';
}

function rowsOf(result: unknown): number | undefined {
  return (result as { rowCount?: number | null } | undefined)?.rowCount ?? undefined;
}
