export { createInfluxStore, type InfluxStoreOptions } from './influx/create-influx-store.ts';
export type { PostgresConnections } from './postgres/connections.ts';
export { createPostgresStore, type PostgresStoreOptions } from './postgres/create-postgres-store.ts';
export { qualified, toSqlName } from './postgres/sql-names.ts';
export {
  createTdengineStore,
  type TdengineStore,
  type TdengineStoreOptions,
} from './tdengine/create-tdengine-store.ts';
export {
  type ColumnDefinition,
  type ColumnValue,
  type DownsampleQuery,
  type ExtractQuery,
  type ReadQuery,
  type SeriesColumns,
  type SeriesDefinition,
  type SeriesRow,
  StoreUnavailableError,
  type SymbolRange,
  type TableChange,
  type TimeSeriesStore,
  type WriteResult,
} from './time-series-store.ts';
