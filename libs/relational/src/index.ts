export {
  type CreateDataSourceOptions,
  createDataSource,
  type MigrationClass,
} from './data-source/create-data-source.ts';
export { dataSourcePool } from './data-source/data-source-pool.ts';
export { initialize } from './data-source/initialize.ts';
export { DatabaseUnavailableError, translateDatabaseErrors } from './errors/database-unavailable-error.ts';
export { appendToOutbox, type OutboxMessage } from './outbox/append-to-outbox.ts';
export {
  createOutboxQueue,
  type OutboxQueue,
  type OutboxQueueOptions,
  type OutboxStatus,
  type RelayOutcome,
} from './outbox/outbox-queue.ts';
export type { OutboxRow, Publish } from './outbox/outbox-row.ts';
export { OUTBOX_PARTS, prepareOutbox, type SqlExecutor } from './outbox/prepare-outbox.ts';
export type { ConnectionLeak, PoolOptions, PoolStats, SlowQuery } from './pg/pool-options.ts';
