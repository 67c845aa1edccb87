export type { DataManager } from './data-manager.ts';
export type { Condition, DataQuery, DataRow, DataValue, TableChange } from './data-query.ts';
export {
  type OpenDataOptions,
  openData,
  openTimeSeries,
  TIME_SERIES_DRIVERS,
  type TimeSeriesDriver,
} from './open-data.ts';
export { type PoolSettings, poolReports } from './relational/pool-reports.ts';
export { seriesDefinition } from './series/series-definition.ts';
