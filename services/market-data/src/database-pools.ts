import type { DataManager, PoolSettings } from '@quotefleet/data';
import type { PoolStats } from '@quotefleet/relational';
import type { Metrics } from '@quotefleet/service-kit';

/** Instruments, quarantine and outbox are asked seldom: their pool is a quarter of that of the tables. */
const SHARE = 4;

/** Settings of the pool beside that of the tables. */
export function sharedPool({
  max,
  overflow,
  ...settings
}: Required<Pick<PoolSettings, 'max' | 'overflow'>>): PoolSettings {
  return { ...settings, max: Math.ceil(max / SHARE), overflow: Math.ceil(overflow / SHARE) };
}

/** Shows the connections to the database, of all pools together, and how its replicas fare. */
export function countDatabase(
  metrics: Metrics,
  data: Pick<DataManager, 'poolStats'>,
  other: { stats(): PoolStats },
): void {
  const sum = (figure: keyof PoolStats) => {
    const { primary, replicas } = data.poolStats();
    const pools = [primary.pool, ...replicas.map(({ pool }) => pool), other.stats()];
    return pools.reduce((total, stats) => total + stats[figure], 0);
  };
  metrics.readGauge('database_pool_active', 'Connections that are borrowed or being opened', () => sum('active'));
  metrics.readGauge('database_pool_idle', 'Connections that nobody uses', () => sum('idle'));
  metrics.readGauge('database_pool_waiting', 'Callers that wait for a connection', () => sum('waiting'));
  metrics.readGauge('database_pool_leaked', 'Connections borrowed for too long', () => sum('leaked'));
  metrics.readGauge('database_pool_overflow', 'Connections beyond those that stay open', () => sum('overflow'));
  metrics.readGauge('database_primary_healthy', '1 while the primary answers', () =>
    data.poolStats().primary.healthy ? 1 : 0,
  );
  metrics.readGauge('database_replicas', 'Replicas that are named', () => data.poolStats().replicas.length);
  metrics.readGauge(
    'database_replicas_healthy',
    'Replicas that are read',
    () => data.poolStats().replicas.filter(({ healthy }) => healthy).length,
  );
  metrics.readGauge('database_replica_lag_seconds', 'Lag of the replica that is furthest behind, as far as known', () =>
    Math.max(0, ...data.poolStats().replicas.map(({ lagSeconds = 0 }) => lagSeconds)),
  );
}
