export { type CompareReport, compareSources, type DayDifference } from './compare/compare-sources.ts';
export type { DayRange } from './day.ts';
export { createDualStore, type DualStore, type DualStoreOptions } from './dual/create-dual-store.ts';
export { openSource, openTarget } from './endpoints/open-endpoint.ts';
export {
  type ConfiguredDatabases,
  DEFAULT_DATABASE,
  type Endpoint,
  parseEndpoint,
} from './endpoints/parse-endpoint.ts';
export type { ExportOptions, ExportProgress } from './export/export-options.ts';
export { type ExportReport, exportTable } from './export/export-table.ts';
export { EXPORT_FORMATS, type ExportFormat } from './export/write-part.ts';
export { type MigrationProgress, migrate } from './migrate/migrate.ts';
export { type RollbackReport, rollback } from './migrate/rollback.ts';
export { openStateDirectory, type StateDirectory } from './migrate/state-directory.ts';
export { parseMapping, type SourceMapping } from './mysql/mapping.ts';
export { TransferError } from './transfer-error.ts';
