export { createPostgresStore, type PostgresStoreOptions } from './postgres/create-postgres-store.ts';
export {
  type ColumnDefinition,
  type ColumnValue,
  type ReadQuery,
  type SeriesDefinition,
  type SeriesRow,
  StoreUnavailableError,
  type TimeSeriesStore,
  type WriteResult,
} from './time-series-store.ts';
