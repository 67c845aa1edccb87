export {
  type CompareOptions,
  type CompareReport,
  compareSources,
  type DayDifference,
} from './compare/compare-sources.ts';
export { type DayRange, parseDays } from './day.ts';
export { createDualStore, type DualStore, type DualStoreOptions } from './dual/create-dual-store.ts';
export { openSource, openTarget } from './endpoints/open-endpoint.ts';
export {
  type ConfiguredDatabases,
  DEFAULT_DATABASE,
  type Endpoint,
  parseEndpoint,
} from './endpoints/parse-endpoint.ts';
export { seriesTables } from './endpoints/series-tables.ts';
export type { ExportOptions, ExportProgress } from './export/export-options.ts';
export { type ExportReport, exportTable } from './export/export-table.ts';
export type { ExportFormat } from './export/write-part.ts';
export { isTransferFailure } from './is-transfer-failure.ts';
export { type MigrateOptions, type MigrationProgress, migrate } from './migrate/migrate.ts';
export { type KeptDay, type RollbackReport, rollback } from './migrate/rollback.ts';
export {
  type MigrationIdentity,
  openStateDirectory,
  reopenStateDirectory,
  type StateDirectory,
} from './migrate/state-directory.ts';
export { parseMapping, type SourceMapping } from './mysql/mapping.ts';
export { TransferError } from './transfer-error.ts';
