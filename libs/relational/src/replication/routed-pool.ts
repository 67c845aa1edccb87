import type { PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { createPool } from '../pg/create-pool.ts';
import type { ManagedPool } from '../pg/managed-pool.ts';
import { isUnavailable } from '../pg/unavailable.ts';
import { withClient, withTransaction } from '../pg/with-client.ts';
import { chooseReplica } from './choose-replica.ts';
import { LagMonitor } from './lag-monitor.ts';
import { createProbe } from './probe.ts';
import { mayDoBetterOnPrimary } from './read-failure.ts';
import { ReadSession } from './read-session.ts';
import { Replica } from './replica.ts';
import {
  completeRoutingOptions,
  type FallbackReason,
  type RoutedPoolOptions,
  type RoutedPoolStats,
} from './routing-options.ts';

export interface RoutedQuery extends QueryConfig<unknown[]> {
  route: 'read' | 'write';
  session?: ReadSession | undefined;
}

export type Work<T> = (client: PoolClient) => Promise<T>;

/** A primary and its replicas, as one. Reads of a session see what was written in that session. */
export interface RoutedPool {
  /** For what must not be routed, such as migrations. `remember` tells a session of writes made on it. */
  readonly primary: ManagedPool;
  /** One statement. A read may run twice, as by `read`. */
  query<Row extends QueryResultRow = QueryResultRow>(query: RoutedQuery): Promise<QueryResult<Row>>;
  /**
   * Runs work that only reads on a healthy replica, else on the primary. Work that fails because the replica died or
   * could not go on runs once more, on the primary.
   */
  read<T>(work: Work<T>, session?: ReadSession): Promise<T>;
  /** Runs work in one transaction on the primary. */
  write<T>(work: Work<T>, session?: ReadSession): Promise<T>;
  createSession(position?: string): ReadSession;
  /** Tells a session that it has written all that the primary has by now; does not reject. */
  remember(session: ReadSession): Promise<void>;
  stats(): RoutedPoolStats;
  close(): Promise<void>;
}

/** Connects on demand, and measures from now on until it is closed. Before the first measurement the primary is read. */
export function createRoutedPool(options: RoutedPoolOptions): RoutedPool {
  return new Router(options);
}

class Router implements RoutedPool {
  readonly primary: ManagedPool;
  readonly #replicas: readonly Replica[];
  readonly #monitor: LagMonitor;
  readonly #fallbacks: Record<FallbackReason, number> = { down: 0, behind: 0, session: 0, error: 0 };
  #turn = 0;
  #primaryReads = 0;
  #writes = 0;

  constructor(given: RoutedPoolOptions) {
    const options = completeRoutingOptions(given);
    const { primaryUrl, replicaUrls, applicationName, probeTimeoutMs, pollIntervalMs } = options;
    this.primary = createPool({ ...options, url: primaryUrl });
    this.#replicas = replicaUrls.map((url) => new Replica(url, options));
    const probe = createProbe(primaryUrl, applicationName, probeTimeoutMs);
    this.#monitor = new LagMonitor(probe, this.#replicas, pollIntervalMs);
  }

  async query<Row extends QueryResultRow>({ route, session, ...query }: RoutedQuery): Promise<QueryResult<Row>> {
    if (route === 'read') return this.read((client) => client.query<Row>(query), session);
    return this.#written(() => this.primary.query<Row>(query), session);
  }

  async read<T>(work: Work<T>, session?: ReadSession): Promise<T> {
    if (this.#replicas.length === 0) return this.#readPrimary(work);
    const choice = await chooseReplica(this.#replicas, session, this.#turn++);
    if (!choice.replica) return this.#readPrimary(work, choice.reason);
    try {
      return await choice.replica.read(work);
    } catch (error) {
      if (!mayDoBetterOnPrimary(error)) throw error;
      return this.#readPrimary(work, 'error');
    }
  }

  write<T>(work: Work<T>, session?: ReadSession): Promise<T> {
    return this.#written(() => withTransaction(this.primary, work), session);
  }

  createSession(position?: string): ReadSession {
    return new ReadSession(position);
  }

  async remember(session: ReadSession): Promise<void> {
    try {
      // Unlike pg_current_wal_lsn() it covers a commit that did not wait for its WAL to be written.
      const { rows } = await this.primary.query<{ position: string }>(
        'SELECT pg_current_wal_insert_lsn()::text AS position',
      );
      session.advance(rows[0]?.position ?? '');
    } catch {
      // What it wrote is written all the same.
      session.loseTrack();
    }
  }

  stats(): RoutedPoolStats {
    const { isPrimaryHealthy: healthy } = this.#monitor;
    return {
      primary: { healthy, reads: this.#primaryReads, writes: this.#writes, pool: this.primary.stats() },
      replicas: this.#replicas.map((replica) => replica.stats()),
      fallbacks: { ...this.#fallbacks },
    };
  }

  async close(): Promise<void> {
    await this.#monitor.close();
    await Promise.all([this.primary.end(), ...this.#replicas.map((replica) => replica.close())]);
  }

  #readPrimary<T>(work: Work<T>, reason?: FallbackReason): Promise<T> {
    this.#primaryReads++;
    if (reason) this.#fallbacks[reason]++;
    return withClient(this.primary, work);
  }

  async #written<T>(work: () => Promise<T>, session: ReadSession | undefined): Promise<T> {
    this.#writes++;
    try {
      const result = await work();
      if (session) await this.remember(session);
      return result;
    } catch (error) {
      // A commit whose answer was lost may have been one.
      if (isUnavailable(error)) session?.loseTrack();
      throw error;
    }
  }
}
