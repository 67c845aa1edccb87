import type { PoolClient } from 'pg';
import { createPool } from '../pg/create-pool.ts';
import type { ManagedPool } from '../pg/managed-pool.ts';
import { withClient } from '../pg/with-client.ts';
import { createProbe, type Probe } from './probe.ts';
import { isReplicaLost } from './read-failure.ts';
import { ReplicaHealth } from './replica-health.ts';
import type { CompleteRoutingOptions, ReplicaStats } from './routing-options.ts';
import type { WalHistory } from './wal-history.ts';
import { parseWalPosition } from './wal-position.ts';

const MEASURE = `SELECT pg_is_in_recovery() AS standby, pg_last_wal_replay_lsn()::text AS replayed,
  (extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::float8 AS "commitAgeMs"`;
/** One probe may be late; after so many, whoever still waits for an answer waits in vain. */
const FAILURES_TO_ABANDON = 2;

interface Measurement {
  standby: boolean;
  replayed: string | null;
  /** Age of the last transaction that was replayed. */
  commitAgeMs: number | null;
}

/** One replica, and the reads that run on it. */
export class Replica {
  readonly name: string;
  readonly health: ReplicaHealth;
  readonly #pool: ManagedPool;
  readonly #probe: Probe;
  readonly #busy = new Set<PoolClient>();
  #failures = 0;
  #reads = 0;

  constructor(url: string, options: CompleteRoutingOptions) {
    this.name = new URL(url).host;
    this.health = new ReplicaHealth(this.name, options);
    this.#probe = createProbe(url, options.applicationName, options.probeTimeoutMs);
    const onIdleError = (error: Error) => {
      this.health.lost(error);
      options.onIdleError?.(error);
    };
    // Nobody waits long for a replica to accept a connection: the primary is there too.
    this.#pool = createPool({ ...options, url, onIdleError, connectTimeoutMs: options.probeTimeoutMs });
  }

  /** Reads that run on it or wait for it. */
  get load(): number {
    const { active, waiting } = this.#pool.stats();
    return active + waiting;
  }

  /** Asks whether it has replayed up to there by now; does not reject. */
  async askReplayed(position: bigint): Promise<boolean> {
    try {
      const { rows } = await this.#pool.query<Pick<Measurement, 'replayed'>>(
        'SELECT pg_last_wal_replay_lsn()::text AS replayed',
      );
      const replayed = parseWalPosition(rows[0]?.replayed ?? '0/0');
      this.health.advance(replayed);
      return replayed >= position;
    } catch (error) {
      this.health.lost(error);
      return false;
    }
  }

  async read<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    try {
      const result = await withClient(this.#pool, (client) => this.#whileBusy(client, work));
      this.#reads++;
      return result;
    } catch (error) {
      if (isReplicaLost(error)) this.health.lost(error);
      throw error;
    }
  }

  /** Learns how it is; does not reject. */
  async measure(history: WalHistory): Promise<void> {
    try {
      const { standby, replayed, commitAgeMs } = await this.#probe.ask<Measurement>(MEASURE);
      if (!standby || replayed === null) throw new Error('expected a standby, found a server that takes writes');
      this.#failures = 0;
      const position = parseWalPosition(replayed);
      this.health.measured(position, history.lag(position, performance.now(), commitAgeMs ?? undefined));
    } catch (error) {
      this.health.lost(error);
      if (++this.#failures >= FAILURES_TO_ABANDON) for (const client of this.#busy) void client.end();
    }
  }

  stats(): ReplicaStats {
    const { state, lag } = this.health;
    return {
      name: this.name,
      state,
      healthy: state === 'healthy',
      lagSeconds: lag && lag.ms / 1_000,
      lagBytes: lag?.bytes,
      reads: this.#reads,
      pool: this.#pool.stats(),
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.end(), this.#probe.close()]);
  }

  async #whileBusy<T>(client: PoolClient, work: (client: PoolClient) => Promise<T>): Promise<T> {
    this.#busy.add(client);
    try {
      return await work(client);
    } finally {
      this.#busy.delete(client);
    }
  }
}
