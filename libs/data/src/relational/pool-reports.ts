import type { PoolOptions, RoutedPoolOptions } from '@quotefleet/relational/pg';

/** How a pool behaves under load; what is absent is the fleet's default. */
export type PoolSettings = Omit<PoolOptions, 'onIdleError' | 'onLeak' | 'onSlowQuery'>;

export interface PoolLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

type Reports = Pick<RoutedPoolOptions, 'onIdleError' | 'onLeak' | 'onSlowQuery' | 'onLagAlarm' | 'onReplicaState'>;

/** Tells the log what the pools notice. The values of a slow query's parameters are not among it. */
export function poolReports(logger: PoolLogger | undefined): Reports {
  if (!logger) return {};
  return {
    onIdleError: (err) => logger.warn({ err }, 'connection to the database lost'),
    onLeak: (leak) => logger.warn({ ...leak }, 'connection to the database borrowed for too long'),
    onSlowQuery: (query) => logger.warn({ ...query }, 'slow query'),
    onLagAlarm: ({ active, ...lag }) =>
      active ? logger.warn(lag, 'replica lags') : logger.info(lag, 'replica has caught up'),
    onReplicaState: (change) =>
      change.state === 'healthy'
        ? logger.info({ ...change }, 'replica is read')
        : logger.warn({ ...change }, 'replica is not read'),
  };
}
