import type { RunFile } from '@quotefleet/cli';
import type { Environment } from '@quotefleet/service-kit';

export type Databases = NonNullable<RunFile['databases']>;

/** The databases of a fleet: time series live in PostgreSQL too, unless another database is named. */
export function databasesOf({ QF_TSDB, QF_TSDB_URL }: Environment, databaseUrl: string): Databases {
  const driver = (QF_TSDB || 'postgres') as Databases['timeSeries']['driver'];
  return { url: databaseUrl, timeSeries: { driver, url: QF_TSDB_URL || databaseUrl } };
}

/** What every service is told of them, where `env` does not say otherwise. */
export function databaseEnvironment(env: Environment, { url, timeSeries }: Databases): Environment {
  return {
    ...env,
    QF_DATABASE_URL: url,
    QF_TSDB_URL: timeSeries.url,
    // All share one PostgreSQL on one machine: more connections would wait for its cores, and it takes 200 in all.
    QF_DATABASE_POOL_MAX: env.QF_DATABASE_POOL_MAX || '8',
    QF_DATABASE_POOL_OVERFLOW: env.QF_DATABASE_POOL_OVERFLOW || '8',
  };
}
