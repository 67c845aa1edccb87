import { createRoutedPool, type RoutedPool } from '@quotefleet/relational/pg';
import type { PostgresConnections } from '@quotefleet/timeseries';
import type { PoolClient } from 'pg';
import { type PoolLogger, type PoolSettings, poolReports } from './pool-reports.ts';

export interface SharedConnectionsOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** Its streaming replicas, which answer reads. */
  replicaUrls?: readonly string[] | undefined;
  schema: string;
  pool?: PoolSettings | undefined;
  logger?: PoolLogger | undefined;
}

/** The connections of a service to one PostgreSQL and its replicas: reads see what was written through them. */
export interface SharedConnections extends PostgresConnections {
  /** One transaction on the primary. */
  write<T>(work: (client: PoolClient) => Promise<T>): Promise<T>;
  stats: RoutedPool['stats'];
  close(): Promise<void>;
}

export function createSharedConnections(options: SharedConnectionsOptions): SharedConnections {
  const { url, replicaUrls = [], schema, pool: settings, logger } = options;
  const applicationName = `quotefleet-${schema}`;
  const pool = createRoutedPool({ ...settings, ...poolReports(logger), primaryUrl: url, replicaUrls, applicationName });
  // To keep track of what was written costs a round trip: without replicas there is nothing to choose.
  const session = replicaUrls.length > 0 ? pool.createSession() : undefined;
  return {
    primary: pool.primary,
    read: (work) => pool.read(work, session),
    write: (work) => pool.write(work, session),
    wrote: async () => {
      if (session) await pool.remember(session);
    },
    stats: () => pool.stats(),
    close: () => pool.close(),
  };
}
