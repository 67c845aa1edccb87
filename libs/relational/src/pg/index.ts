export type { ReadSession } from '../replication/read-session.ts';
export { createRoutedPool, type RoutedPool, type RoutedQuery } from '../replication/routed-pool.ts';
export type {
  FallbackReason,
  LagAlarm,
  ReplicaState,
  ReplicaStateChange,
  ReplicaStats,
  RoutedPoolOptions,
  RoutedPoolStats,
} from '../replication/routing-options.ts';
export { type CreatePoolOptions, createPool } from './create-pool.ts';
export type { ManagedPool } from './managed-pool.ts';
export type { ConnectionLeak, PoolOptions, PoolStats, SlowQuery } from './pool-options.ts';
export { isUnavailable, sqlState } from './unavailable.ts';
export { lockForTransaction, withClient, withTransaction } from './with-client.ts';
