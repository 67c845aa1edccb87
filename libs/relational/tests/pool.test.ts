import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import pg from 'pg';
import {
  type ConnectionLeak,
  createPool,
  isUnavailable,
  type ManagedPool,
  type PoolOptions,
  withClient,
} from '../src/pg/index.ts';

/** A server shared with other test runs may be slow. */
jest.setTimeout(30_000);

const APPLICATION = 'pool-test';

describeWith('postgres', 'a pool', (servers) => {
  const database = isolatedDatabase(servers);
  let admin: pg.Client;
  let pool: ManagedPool;

  const open = (options: PoolOptions = {}) => {
    pool = createPool({ url: database.url, applicationName: APPLICATION, max: 2, overflow: 0, ...options });
    return pool;
  };
  const borrow = (count: number) => Promise.all(Array.from({ length: count }, () => pool.connect()));
  const backend = async () => (await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
  const terminateAll = () =>
    admin.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1', [
      APPLICATION,
    ]);

  beforeEach(async () => {
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
  });
  afterEach(async () => {
    await pool.end();
    await admin.end();
  });

  it('holds 20 connections and 40 more in a rush unless told otherwise', () => {
    pool = createPool({ url: database.url, applicationName: APPLICATION });
    expect(pool.options).toMatchObject({
      min: 20,
      max: 60,
      connectionTimeoutMillis: 30_000,
      maxLifetimeSeconds: 3_600,
    });
  });

  it('outlives a loss that is told of while a connection changes hands', async () => {
    open();
    const [client] = await borrow(1);
    expect(() => client?.emit('error', new Error('terminating connection'))).not.toThrow();
    client?.release(true);
  });

  it('opens connections beyond its size in a rush, and closes those alone when they are idle', async () => {
    open({ max: 2, overflow: 2, overflowIdleMs: 100, acquireTimeoutMs: 1_000 });

    const clients = await borrow(4);
    const refused = pool.connect();
    expect(pool.stats()).toEqual({ active: 4, idle: 0, waiting: 1, leaked: 0, overflow: 2, total: 4 });
    await expect(refused).rejects.toThrow('timeout exceeded when trying to connect');
    for (const client of clients) client.release();

    await waitUntil(async () => pool.stats().total === 2);
    expect(pool.stats()).toEqual({ active: 0, idle: 2, waiting: 0, leaked: 0, overflow: 0, total: 2 });
  });

  it('hands a connection to whoever waits, and says that it is not available after the longest wait', async () => {
    open({ max: 1, acquireTimeoutMs: 1_000 });
    const [client] = await borrow(1);
    const patient = pool.query('SELECT 1 AS one');
    client?.release();
    expect((await patient).rows).toEqual([{ one: 1 }]);

    const [kept] = await borrow(1);
    const startedAt = performance.now();
    const failure = await pool.query('SELECT 1').catch((error: unknown) => error);
    expect(isUnavailable(failure)).toBe(true);
    expect(performance.now() - startedAt).toBeGreaterThan(990);
    kept?.release();
  });

  it('replaces a connection by a new one when it is old enough', async () => {
    open({ max: 1, recycleAfterMs: 200 });
    const first = await backend();
    expect(await backend()).toBe(first);
    await waitUntil(async () => pool.stats().total === 0);
    expect(await backend()).not.toBe(first);
  });

  it('lets an old connection finish its work', async () => {
    open({ max: 1, recycleAfterMs: 100 });
    const [client] = await borrow(1);
    await client?.query('SELECT pg_sleep(0.3)');
    client?.release();
    await waitUntil(async () => pool.stats().total === 0);
  });

  it('replaces connections that the server ended, unseen by the caller', async () => {
    open({ checkAfterIdleMs: 0 });
    for (const client of await borrow(2)) client.release();

    await terminateAll();
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await withClient(pool, (client) => client.query('SELECT 1'));
    expect(pool.stats()).toMatchObject({ active: 0, waiting: 0 });
  });

  it('replaces a connection that does not answer, which nothing but the check on borrowing can tell', async () => {
    open({ max: 1, checkAfterIdleMs: 0, checkTimeoutMs: 100 });
    const before = await backend();
    const [client] = await borrow(1);
    client?.release();
    mute(client);

    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(await backend()).not.toBe(before);
  });

  it('does not spend a question on a connection that was in use a moment ago', async () => {
    open({ max: 1, checkAfterIdleMs: 10_000, checkTimeoutMs: 100 });
    const [client] = await borrow(1);
    const asked = jest.spyOn(client as pg.PoolClient, 'query');
    client?.release();
    const [again] = await borrow(1);
    expect(again).toBe(client);
    expect(asked).not.toHaveBeenCalled();
    again?.release();
  });

  it('reports a connection that is not given back once, with who borrowed it, and counts it until it is', async () => {
    const leaks: ConnectionLeak[] = [];
    open({ leakAfterMs: 50, onLeak: (leak) => leaks.push(leak) });
    async function forgetful() {
      return await pool.connect();
    }
    const client = await forgetful();

    await waitUntil(async () => leaks.length > 0);
    expect(leaks[0]?.borrower).toContain('forgetful');
    expect(leaks[0]?.borrowedForMs).toBeGreaterThan(45);
    expect(pool.stats()).toMatchObject({ active: 1, leaked: 1 });
    await pool.query('SELECT pg_sleep(0.01)');
    client.release();
    expect(pool.stats()).toMatchObject({ active: 0, leaked: 0 });
    expect(leaks).toHaveLength(1);
  });
});

/** As when a network swallows every packet: what is sent never arrives. */
function mute(client: pg.PoolClient | undefined): void {
  const { stream } = client?.connection ?? {};
  if (!stream) throw new Error('expected a connection');
  stream.write = () => true;
}
