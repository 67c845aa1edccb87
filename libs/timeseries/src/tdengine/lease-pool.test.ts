import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { StoreUnavailableError } from '../time-series-store.ts';
import { LeasePool, type LeasePoolOptions } from './lease-pool.ts';

interface Connection {
  id: number;
}

describe('the pool of connections', () => {
  let opened: Connection[];
  let closed: Connection[];
  let leaks: number[];

  beforeEach(() => {
    jest.useFakeTimers();
    [opened, closed, leaks] = [[], [], []];
  });
  afterEach(() => void jest.useRealTimers());

  function createPool(options: Partial<LeasePoolOptions<Connection>> = {}): LeasePool<Connection> {
    return new LeasePool<Connection>({
      async open() {
        const connection = { id: opened.length };
        opened.push(connection);
        return connection;
      },
      close: async (connection) => void closed.push(connection),
      check: async () => undefined,
      ...{ max: 2, acquireTimeoutMs: 1_000, leakAfterMs: 5_000, checkAfterIdleMs: 30_000 },
      onLeak: (heldMs) => void leaks.push(heldMs),
      ...options,
    });
  }

  it('lends a connection again instead of opening another', async () => {
    const pool = createPool();
    await pool.use(async () => undefined);
    expect(await pool.use(async ({ id }) => id)).toBe(0);
    expect(pool.stats()).toEqual({ active: 0, idle: 1, waiting: 0, leaked: 0 });
  });

  it('never lends more than its limit, and lets the others wait their turn', async () => {
    const pool = createPool();
    const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const order: number[] = [];
    const work = gates.map((gate, i) => pool.use(() => gate.promise).then(() => order.push(i)));
    expect(pool.stats()).toEqual({ active: 2, idle: 0, waiting: 2, leaked: 0 });
    for (const gate of gates) gate.resolve();
    await Promise.all(work);
    expect(order).toEqual([0, 1, 2, 3]);
    expect(opened).toHaveLength(2);
    expect(pool.stats()).toEqual({ active: 0, idle: 2, waiting: 0, leaked: 0 });
  });

  it('turns away who waits for too long, and serves the next one', async () => {
    const pool = createPool({ max: 1 });
    const gate = Promise.withResolvers<void>();
    const first = pool.use(() => gate.promise);
    const refused = expect(pool.use(async () => 1)).rejects.toThrow('none of 1 connections became free within 1000 ms');
    await jest.advanceTimersByTimeAsync(999);
    const patient = pool.use(async () => 2);
    await jest.advanceTimersByTimeAsync(1);
    await refused;
    gate.resolve();
    await first;
    expect(await patient).toBe(2);
  });

  it('closes a connection on which work failed as unavailable, and keeps one on which it failed otherwise', async () => {
    const pool = createPool();
    const failing = (error: Error) => pool.use(() => Promise.reject(error));
    await expect(failing(new TypeError('bad data'))).rejects.toThrow('bad data');
    expect(closed).toEqual([]);
    await expect(failing(new StoreUnavailableError('lost'))).rejects.toThrow('lost');
    expect(closed).toEqual(opened);
    expect(await pool.use(async ({ id }) => id)).toBe(1);
  });

  it('gives the place of a connection that could not be opened to the next one', async () => {
    let tries = 0;
    const open = async () => (tries++ === 0 ? Promise.reject(new StoreUnavailableError('down')) : { id: 7 });
    const pool = createPool({ max: 1, open });
    const [one, two] = await Promise.allSettled([pool.use(async ({ id }) => id), pool.use(async ({ id }) => id)]);
    expect(one.status).toBe('rejected');
    expect(two).toMatchObject({ value: 7 });
  });

  it('checks a connection that lay idle for long, and replaces one that no longer works', async () => {
    const checked: number[] = [];
    const check = async ({ id }: Connection) => {
      checked.push(id);
      if (id === 0) throw new Error('gone');
    };
    const pool = createPool({ check });
    await pool.use(async () => undefined);
    await jest.advanceTimersByTimeAsync(30_000);
    expect(await pool.use(async ({ id }) => id)).toBe(1);
    await jest.advanceTimersByTimeAsync(30_000);
    expect(await pool.use(async ({ id }) => id)).toBe(1);
    expect(checked).toEqual([0, 1]);
    expect(closed).toEqual([{ id: 0 }]);
  });

  it('reports a connection that is held for too long, and counts it until it comes back', async () => {
    const pool = createPool();
    const gate = Promise.withResolvers<void>();
    const work = pool.use(() => gate.promise);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(leaks).toEqual([5_000]);
    expect(pool.stats()).toMatchObject({ active: 1, leaked: 1 });
    gate.resolve();
    await work;
    expect(pool.stats()).toMatchObject({ active: 0, leaked: 0 });
  });

  it('turns away who waits when it is closed, and closes what is active when its work is done', async () => {
    const pool = createPool({ max: 1 });
    const gate = Promise.withResolvers<void>();
    const work = pool.use(() => gate.promise);
    const waiting = expect(pool.use(async () => 1)).rejects.toThrow('the store is closed');
    await pool.close();
    await waiting;
    gate.resolve();
    await work;
    expect(closed).toEqual(opened);
    await expect(pool.use(async () => 1)).rejects.toThrow(StoreUnavailableError);
  });
});
