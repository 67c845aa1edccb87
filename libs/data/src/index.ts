export type { Condition, DataManager, DataQuery, DataRow, DataValue, TableChange } from './data-manager.ts';
export {
  type OpenDataOptions,
  openData,
  openTimeSeries,
  TIME_SERIES_DRIVERS,
  type TimeSeriesDriver,
} from './open-data.ts';
export { seriesDefinition } from './series/series-definition.ts';
