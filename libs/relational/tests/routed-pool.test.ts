import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import type { LagAlarm, RoutedPool } from '../src/pg/index.ts';
import { type Replication, startReplication } from './replication-fixture.ts';

const START_TIMEOUT_MS = 120_000;
jest.setTimeout(30_000);

describe('a routed pool', () => {
  let servers: Replication;
  let pool: RoutedPool;
  let nextId = 1;

  const stateOf = (routed = pool) => routed.stats().replicas[0]?.state;
  const until = (state: string, routed = pool) => waitUntil(async () => stateOf(routed) === state, { message: state });
  const insert = (text: string, session = pool.createSession()) =>
    pool.query({ text: 'INSERT INTO notes VALUES ($1, $2)', values: [nextId++, text], route: 'write', session });
  const count = async (text: string, session = pool.createSession()) => {
    const query = { text: 'SELECT count(*) AS count FROM notes WHERE text = $1', values: [text] };
    const { rows } = await pool.query<{ count: number }>({ ...query, route: 'read', session });
    return rows[0]?.count;
  };
  const isStandby = async () => {
    const { rows } = await pool.query<{ standby: boolean }>({
      text: 'SELECT pg_is_in_recovery() AS standby',
      route: 'read',
    });
    return rows[0]?.standby;
  };

  beforeAll(async () => {
    servers = await startReplication();
  }, START_TIMEOUT_MS);
  beforeEach(async () => {
    pool = servers.open();
    await until('healthy');
  });
  afterEach(async () => {
    await servers.resumeReplay();
    await servers.closePools();
  });
  afterAll(() => servers?.stop(), START_TIMEOUT_MS);

  it('reads from the replica and writes to the primary', async () => {
    await insert('routed');

    expect(await isStandby()).toBe(true);
    expect(await pool.write((client) => client.query('SELECT pg_is_in_recovery() AS standby'))).toMatchObject({
      rows: [{ standby: false }],
    });
    expect(pool.stats()).toMatchObject({
      primary: { healthy: true, reads: 0, writes: 2 },
      replicas: [{ name: `127.0.0.1:${servers.replica.port}`, state: 'healthy', healthy: true, reads: 1 }],
      fallbacks: { down: 0, behind: 0, session: 0, error: 0 },
    });
    await waitUntil(async () => pool.stats().replicas[0]?.lagSeconds === 0);
    expect(pool.stats().replicas[0]?.lagBytes).toBe(0);
  });

  it('shares reads among the replicas by their load', async () => {
    const twice = servers.open({ replicaUrls: [servers.replica.url, servers.replica.url] });
    await waitUntil(async () => twice.stats().replicas.every((replica) => replica.healthy));

    const reads = Array.from({ length: 8 }, () => twice.query({ text: 'SELECT pg_sleep(0.05)', route: 'read' }));
    await Promise.all(reads);
    for (let i = 0; i < 4; i++) await twice.query({ text: 'SELECT 1', route: 'read' });

    expect(twice.stats().replicas.map((replica) => replica.reads)).toEqual([6, 6]);
  });

  it('lets a session read what it wrote while the replica has not replayed it, and others the replica', async () => {
    const session = pool.createSession();
    await servers.pauseReplay();
    await insert('mine', session);

    expect(await count('mine', session)).toBe(1);
    expect(await count('mine')).toBe(0);
    expect(pool.stats()).toMatchObject({ primary: { reads: 1 }, fallbacks: { session: 1 } });

    await servers.resumeReplay();
    await waitUntil(async () => {
      const before = pool.stats().replicas[0]?.reads ?? 0;
      expect(await count('mine', session)).toBe(1);
      return pool.stats().replicas[0]?.reads === before + 1;
    });
  });

  it('keeps the promise to a session that goes on in another process', async () => {
    const session = pool.createSession();
    await servers.pauseReplay();
    await pool.write((client) => client.query("INSERT INTO notes VALUES ($1, 'elsewhere')", [nextId++]), session);

    expect(session.position).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    expect(await count('elsewhere', pool.createSession(session.position))).toBe(1);
    expect(await count('elsewhere', pool.createSession())).toBe(0);
  });

  it('reads what it wrote right after every write, a hundred times', async () => {
    const session = pool.createSession();
    for (let i = 1; i <= 100; i++) {
      await insert('often', session);
      expect(await count('often', session)).toBe(i);
    }
    // Reads of the replica, not of the primary alone: replay takes milliseconds.
    await waitUntil(async () => (await count('often', session)) === 100 && (pool.stats().replicas[0]?.reads ?? 0) > 0);
  });

  it('reads the primary for a session whose last write may have been committed or not', async () => {
    const session = pool.createSession();
    const cut = pool.write((client) => client.query('SELECT pg_terminate_backend(pg_backend_pid())'), session);
    await expect(cut).rejects.toThrow('terminating connection');

    expect(session.position).toBe('unknown');
    await count('anything', session);
    expect(pool.stats().fallbacks.session).toBe(1);
    await pool.remember(session);
    expect(session.position).toContain('/');
  });

  it('alarms when a replica lags by more than a second, reads the primary past the limit, and comes back', async () => {
    const alarms: LagAlarm[] = [];
    const watched = servers.open({ maxLagMs: 1_500, onLagAlarm: (alarm) => alarms.push(alarm) });
    await until('healthy', watched);
    await servers.pauseReplay();
    await insert('late');

    await waitUntil(async () => alarms.length === 1);
    expect(alarms[0]).toMatchObject({ replica: `127.0.0.1:${servers.replica.port}`, active: true });
    expect(alarms[0]?.lagSeconds).toBeGreaterThan(1);
    expect(alarms[0]?.lagSeconds).toBeLessThan(3);
    await until('behind', watched);
    await watched.query({ text: 'SELECT 1', route: 'read' });
    expect(watched.stats()).toMatchObject({ primary: { reads: 1 }, fallbacks: { behind: 1 } });

    await servers.resumeReplay();
    await until('healthy', watched);
    expect(alarms).toHaveLength(2);
    expect(alarms[1]).toMatchObject({ active: false });
    await watched.query({ text: 'SELECT 1', route: 'read' });
    expect(watched.stats().replicas[0]?.reads).toBe(1);
  });

  it('finds on the primary a table that the replica has not got yet', async () => {
    await servers.pauseReplay();
    await pool.primary.query('CREATE TABLE fresh AS SELECT 5 AS five');

    expect((await pool.query({ text: 'SELECT five FROM fresh', route: 'read' })).rows).toEqual([{ five: 5 }]);
    expect(pool.stats()).toMatchObject({ replicas: [{ state: 'healthy' }], fallbacks: { error: 1 } });
    await pool.primary.query('DROP TABLE fresh');
  });

  it('refuses a write that was sent as a read', async () => {
    await expect(pool.query({ text: 'DELETE FROM notes', route: 'read' })).rejects.toThrow('read-only transaction');
    expect(pool.stats()).toMatchObject({ primary: { reads: 0 }, fallbacks: { error: 0 } });
  });

  it('reads the primary alone, and counts no fallback, where there is no replica', async () => {
    const lone = servers.open({ replicaUrls: [] });
    await lone.query({ text: 'SELECT 1', route: 'read' });
    expect(lone.stats()).toMatchObject({
      primary: { reads: 1 },
      replicas: [],
      fallbacks: { down: 0, behind: 0, session: 0, error: 0 },
    });
  });
});
