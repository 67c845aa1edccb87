import { describe, expect, it } from '@jest/globals';
import { createMetrics } from '@quotefleet/service-kit';
import { countDatabase, sharedPool } from './database-pools.ts';

const POOL = { active: 3, idle: 2, waiting: 1, leaked: 0, overflow: 1, total: 5 };
const REPLICA = { name: 'db2:5432', lagBytes: 0, reads: 0, pool: POOL };

describe('countDatabase', () => {
  it('shows the connections of all pools and the lag of the slowest replica', async () => {
    const metrics = createMetrics('market-data');
    const poolStats = () => ({
      primary: { healthy: true, reads: 0, writes: 0, pool: POOL },
      replicas: [
        { ...REPLICA, state: 'healthy' as const, healthy: true, lagSeconds: 0.25 },
        { ...REPLICA, state: 'behind' as const, healthy: false, lagSeconds: 6.5 },
        { ...REPLICA, state: 'down' as const, healthy: false, lagSeconds: undefined },
      ],
      fallbacks: { down: 0, behind: 0, session: 0, error: 0 },
    });
    countDatabase(metrics, { poolStats }, { stats: () => ({ ...POOL, leaked: 2 }) });
    const text = await metrics.registry.metrics();
    for (const figure of [
      'database_pool_active{service="market-data"} 15',
      'database_pool_idle{service="market-data"} 10',
      'database_pool_waiting{service="market-data"} 5',
      'database_pool_leaked{service="market-data"} 2',
      'database_pool_overflow{service="market-data"} 5',
      'database_primary_healthy{service="market-data"} 1',
      'database_replicas{service="market-data"} 3',
      'database_replicas_healthy{service="market-data"} 1',
      'database_replica_lag_seconds{service="market-data"} 6.5',
    ])
      expect(text).toContain(figure);
  });
});

describe('sharedPool', () => {
  it('is a quarter of the pool of the tables, and never empty', () => {
    expect(sharedPool({ max: 20, overflow: 40 })).toEqual({ max: 5, overflow: 10 });
    expect(sharedPool({ max: 1, overflow: 0 })).toEqual({ max: 1, overflow: 0 });
  });
});
