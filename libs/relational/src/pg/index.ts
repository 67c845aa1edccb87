export { type CreatePoolOptions, createPool } from './create-pool.ts';
export type { ManagedPool } from './managed-pool.ts';
export type { ConnectionLeak, PoolOptions, PoolStats, SlowQuery } from './pool-options.ts';
export { isUnavailable, sqlState } from './unavailable.ts';
export { lockForTransaction, withClient, withTransaction } from './with-client.ts';
