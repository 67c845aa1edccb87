import { boardOf, exchangeOf, kindOf } from '@quotefleet/domain';
import type { TableRegistry } from '@quotefleet/tables';
import {
  createInfluxStore,
  createPostgresStore,
  createTdengineStore,
  type TimeSeriesStore,
} from '@quotefleet/timeseries';
import { createDataManager, type DataManager } from './data-manager.ts';
import { createRelationalStore } from './relational/relational-store.ts';
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
  /** The time-series database; PostgreSQL again where it has the same URL. */
  timeSeries: { driver: TimeSeriesDriver; url: string };
  /** PostgreSQL schema, and the name of the time-series database. */
  schema: string;
  poolMax?: number;
  logger?: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/** A DataManager over the databases that a deployment names. */
export function openData({
  registry,
  owner,
  databaseUrl,
  timeSeries,
  schema,
  ...options
}: OpenDataOptions): DataManager {
  const tables = registry.all.filter((table) => owner === undefined || table.owner === owner);
  const relationalSeries = createPostgresStore({ url: databaseUrl, schema, ...options });
  const isOne = timeSeries.driver === 'postgres' && timeSeries.url === databaseUrl;
  const timeSeriesStore = isOne ? relationalSeries : openTimeSeries(timeSeries, schema, options);
  const placed = (target: 'relational' | 'timeseries') =>
    tables.filter((table) => isSeries(table) && table.target === target).map(seriesDefinition);
  const placements = isOne
    ? [{ store: relationalSeries, series: [...placed('relational'), ...placed('timeseries')] }]
    : [
        { store: relationalSeries, series: placed('relational') },
        { store: timeSeriesStore, series: placed('timeseries') },
      ];
  return createDataManager({
    registry,
    tables,
    relational: createRelationalStore({ url: databaseUrl, schema, ...options }),
    series: createSeriesRouter(placements),
  });
}

/** A store of time series by its driver. */
export function openTimeSeries(
  { driver, url }: OpenDataOptions['timeSeries'],
  name: string,
  options: Pick<OpenDataOptions, 'poolMax' | 'logger'> = {},
): TimeSeriesStore {
  const { logger } = options;
  const shared = { url, database: name, tagsOf, ...(logger ? { logger } : {}) };
  switch (driver) {
    case 'postgres':
      return createPostgresStore({ url, schema: name, ...options });
    case 'tdengine':
      return createTdengineStore(shared);
    case 'influx':
      return createInfluxStore(shared);
  }
}

function tagsOf(symbol: string): Record<string, string> {
  return { exchange: exchangeOf(symbol), board: boardOf(symbol), kind: kindOf(symbol) };
}
