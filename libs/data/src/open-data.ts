import { boardOf, exchangeOf, kindOf } from '@quotefleet/domain';
import type { TableRegistry } from '@quotefleet/tables';
import {
  createInfluxStore,
  createPostgresStore,
  createTdengineStore,
  type TimeSeriesStore,
} from '@quotefleet/timeseries';
import { createDataManager, type DataManager } from './data-manager.ts';
import { type PoolLogger, type PoolSettings, poolReports } from './relational/pool-reports.ts';
import { createRelationalStore } from './relational/relational-store.ts';
import { createSharedConnections } from './relational/shared-connections.ts';
import { isSeries, seriesDefinition } from './series/series-definition.ts';
import { createSeriesRouter } from './series/series-router.ts';

export const TIME_SERIES_DRIVERS = ['postgres', 'tdengine', 'influx'] as const;
export type TimeSeriesDriver = (typeof TIME_SERIES_DRIVERS)[number];

export interface OpenDataOptions {
  registry: TableRegistry;
  /** The tables of this service; all where absent. */
  owner?: string;
  /** Holds relational tables: `postgres://user:password@host:port/database`. */
  databaseUrl: string;
  /** Streaming replicas of it: they answer loads, as far as they have what was saved through this manager. */
  replicaUrls?: readonly string[];
  /** The time-series database; PostgreSQL again where it has the same URL. */
  timeSeries: { driver: TimeSeriesDriver; url: string };
  /** In place of the store of `timeSeries`: one that is open already, such as one that writes to two databases. */
  timeSeriesStore?: TimeSeriesStore | undefined;
  /** PostgreSQL schema, and the name of the time-series database. */
  schema: string;
  pool?: PoolSettings;
  logger?: PoolLogger;
}

/** A DataManager over the databases that a deployment names. */
export function openData(options: OpenDataOptions): DataManager {
  const { registry, owner, databaseUrl, replicaUrls, timeSeries, timeSeriesStore, schema, pool, logger } = options;
  const tables = registry.all.filter((table) => owner === undefined || table.owner === owner);
  const connections = createSharedConnections({ url: databaseUrl, replicaUrls, schema, pool, logger });
  const relational = createRelationalStore(schema, connections);
  const relationalSeries = createPostgresStore({ url: databaseUrl, schema, connections });
  const isOne = !timeSeriesStore && timeSeries.driver === 'postgres' && timeSeries.url === databaseUrl;
  const placed = (target: 'relational' | 'timeseries') =>
    tables.filter((table) => isSeries(table) && table.target === target).map(seriesDefinition);
  const placements = isOne
    ? [{ store: relationalSeries, series: [...placed('relational'), ...placed('timeseries')] }]
    : [
        { store: relationalSeries, series: placed('relational') },
        { store: timeSeriesStore ?? openTimeSeries(timeSeries, schema, options), series: placed('timeseries') },
      ];
  return createDataManager({ registry, tables, relational, series: createSeriesRouter(placements) });
}

/** A store of time series by its driver. */
export function openTimeSeries(
  { driver, url }: OpenDataOptions['timeSeries'],
  name: string,
  { pool, logger }: Pick<OpenDataOptions, 'pool' | 'logger'> = {},
): TimeSeriesStore {
  const shared = { url, ...(logger ? { logger } : {}) };
  switch (driver) {
    case 'postgres':
      return createPostgresStore({ url, schema: name, ...pool, ...poolReports(logger) });
    case 'tdengine':
      return createTdengineStore({ ...shared, database: name, tagsOf });
    case 'influx':
      return createInfluxStore({ ...shared, database: name, tagsOf });
  }
}

function tagsOf(symbol: string): Record<string, string> {
  return { exchange: exchangeOf(symbol), board: boardOf(symbol), kind: kindOf(symbol) };
}
