import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import type { ReplicaStateChange, RoutedPool } from '../src/pg/index.ts';
import { type Replication, startNetwork, startReplication } from './replication-fixture.ts';

const START_TIMEOUT_MS = 120_000;
jest.setTimeout(60_000);

describe('a routed pool whose replica fails', () => {
  let servers: Replication;

  const until = (pool: RoutedPool, state: string) =>
    waitUntil(async () => pool.stats().replicas[0]?.state === state, { timeoutMs: 20_000, message: state });
  const readsOfReplica = (pool: RoutedPool) => pool.stats().replicas[0]?.reads ?? 0;

  beforeAll(async () => {
    servers = await startReplication();
  }, START_TIMEOUT_MS);
  afterEach(() => servers.closePools());
  afterAll(() => servers?.stop(), START_TIMEOUT_MS);

  it('goes on without an error while the replica is killed and healed under load', async () => {
    const changes: ReplicaStateChange[] = [];
    const pool = servers.open({ onReplicaState: (change) => changes.push(change) });
    await until(pool, 'healthy');
    const load = startLoad(pool);
    await waitUntil(async () => readsOfReplica(pool) > 50);

    await servers.killReplica();
    await until(pool, 'down');
    const readsBefore = pool.stats().primary.reads;
    await waitUntil(async () => pool.stats().primary.reads > readsBefore + 100);
    await servers.healReplica();
    await until(pool, 'healthy');
    const readsHealed = readsOfReplica(pool);
    await waitUntil(async () => readsOfReplica(pool) > readsHealed + 50);

    const { failures, staleReads, rounds } = await load.stop();
    expect(failures).toEqual([]);
    expect(staleReads).toBe(0);
    expect(rounds).toBeGreaterThan(50);
    expect(pool.stats().fallbacks.down).toBeGreaterThan(50);
    expect(changes.map((change) => change.state).filter((state) => state !== 'behind')).toEqual([
      'healthy',
      'down',
      'healthy',
    ]);
    const { rows } = await pool.primary.query('SELECT count(*) AS count FROM notes');
    expect(rows).toEqual([{ count: rounds }]);
  });

  it('runs a read that the replica broke off on the primary', async () => {
    const pool = servers.open();
    await until(pool, 'healthy');
    const seen: boolean[] = [];
    const reading = pool.read(async (client) => {
      const { rows } = await client.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
      const standby = rows[0]?.standby ?? false;
      seen.push(standby);
      if (standby) await client.query('SELECT pg_sleep(20)');
      return 'read';
    });
    await waitUntil(async () => seen.length === 1);
    await servers.onReplica(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(20)'",
    );

    expect(await reading).toBe('read');
    expect(seen).toEqual([true, false]);
    expect(pool.stats().fallbacks).toMatchObject({ error: 1 });
    await until(pool, 'healthy');
  });

  it('gives a read up that waits for a replica which fell silent', async () => {
    const network = await startNetwork(servers.replica.url);
    const pool = servers.open({ replicaUrls: [network.url], probeTimeoutMs: 1000 });
    await until(pool, 'healthy');
    const reading = pool.query({ text: 'SELECT pg_sleep(0.3), 5 AS five', route: 'read' });
    await sleep(100);
    const startedAt = performance.now();
    network.fallSilent();

    expect((await reading).rows).toMatchObject([{ five: 5 }]);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(pool.stats()).toMatchObject({ replicas: [{ state: 'down' }], fallbacks: { error: 1 } });
    network.close();
  });

  it('never reads a former replica that now takes writes', async () => {
    const pool = servers.open();
    await until(pool, 'healthy');
    await servers.onReplica('SELECT pg_promote()');

    await until(pool, 'down');
    const { rows } = await pool.query({ text: "SELECT current_setting('port') AS port", route: 'read' });
    expect(rows).toEqual([{ port: String(servers.primary.port) }]);
  });
});

/** Four users who write a note and read it back at once, over and over. */
function startLoad(pool: RoutedPool) {
  const failures: unknown[] = [];
  let staleReads = 0;
  let rounds = 0;
  let isRunning = true;
  const user = async () => {
    const session = pool.createSession();
    while (isRunning) {
      const id = ++rounds;
      try {
        await pool.query({ text: 'INSERT INTO notes VALUES ($1)', values: [id], route: 'write', session });
        const query = { text: 'SELECT id FROM notes WHERE id = $1', values: [id], route: 'read' as const };
        const { rowCount } = await pool.query({ ...query, session });
        if (rowCount !== 1) staleReads++;
        for (let i = 0; i < 5; i++) await pool.query(query);
      } catch (error) {
        failures.push(error);
      }
      await sleep(2);
    }
  };
  const users = Array.from({ length: 4 }, user);
  return {
    async stop() {
      isRunning = false;
      await Promise.all(users);
      return { failures, staleReads, rounds };
    },
  };
}
