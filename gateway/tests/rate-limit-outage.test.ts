import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { findNative, freePort, type RedisServer, startRedis } from '@quotefleet/native-servers';
import { waitUntil } from '@quotefleet/testing';
import { Redis } from 'ioredis';
import { createRateGuard, type RateGuard } from '../src/rate-limit/rate-guard.ts';

jest.setTimeout(30_000);

const { redis: missing } = findNative().missing;
const POLICY = { name: 'p', capacity: 3, refillPerSecond: 0.01 };
/** Far beyond the limit of 50 ms for one call of Redis, far below what waiting for a paused one would take. */
const PROMPT_MS = 2000;

// Redis is killed and stopped, so it is one of this test's own, and it must be a process of this machine.
(missing ? describe.skip : describe)(`a Redis that goes away${missing ? ` (${missing})` : ''}`, () => {
  let port: number;
  let server: RedisServer;
  let guard: RateGuard;
  let told: string[];
  const events = {
    limiterLost: () => void told.push('lost'),
    limiterBack: () => void told.push('back'),
    limiterMissed: (mode: string) => void told.push(mode),
    limiterSpared: () => void told.push('spared'),
  };
  const claims = (key: string) => [{ key, policy: POLICY }];
  const take = (key: string, mode: 'open' | 'closed' = 'open') => guard.take(claims(key), 1, mode);

  beforeAll(async () => {
    port = await freePort();
    server = await startRedis({ port });
  });
  afterAll(() => server.stop());
  const open = async (timeoutMs = 50) => {
    told = [];
    guard = await createRateGuard({ redisUrl: `redis://127.0.0.1:${port}`, timeoutMs, events });
  };
  afterEach(() => guard.close());

  async function expectModes(key: string): Promise<void> {
    const started = performance.now();
    const verdicts = [];
    for (let call = 0; call < 4; call++) verdicts.push(await take(key));
    // The same policy, counted by this node alone.
    expect(verdicts.map(({ allowed }) => allowed)).toEqual([true, true, true, false]);
    await expect(take(key, 'closed')).rejects.toMatchObject({ status: 503, retryAfterSeconds: 1 });
    expect(performance.now() - started).toBeLessThan(PROMPT_MS);
  }

  async function expectBack(key: string): Promise<void> {
    await waitUntil(() => told.includes('back'));
    await waitUntil(async () => (await take(key, 'closed')).allowed);
    expect(await waitUntil(() => guard.inspect([key]))).toMatchObject([{ capacity: 3 }]);
  }

  it('is done without while it is dead, each call in its mode, and asked again once it is back', async () => {
    await open();
    expect((await take('before', 'closed')).allowed).toBe(true);
    await server.kill();
    await expectModes('killed');
    await expect(guard.inspect(['killed'])).rejects.toMatchObject({ status: 503 });
    await expect(guard.reset(['killed'])).rejects.toMatchObject({ status: 503 });
    expect(told).toContain('open');
    expect(told).toContain('closed');
    await waitUntil(() => told.includes('lost'));
    server = await startRedis({ port });
    await expectBack('after');
    expect(told.filter((event) => event === 'lost')).toHaveLength(1);
  });

  it('is not waited for while it is paused', async () => {
    await open();
    process.kill(server.pid, 'SIGSTOP');
    try {
      await expectModes('paused');
      await waitUntil(() => told.includes('lost'));
      const started = performance.now();
      for (let call = 0; call < 200; call++) await take(`flood-${call}`);
      expect(performance.now() - started).toBeLessThan(PROMPT_MS);
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    await expectBack('resumed');
  });

  it('is given up while it is slow', async () => {
    await open();
    const other = new Redis(port, '127.0.0.1');
    await other.client('PAUSE', 3000, 'ALL');
    await expectModes('slow');
    await expectBack('quick again');
    other.disconnect();
  });

  it('is done without while it takes no writes', async () => {
    await open();
    const other = new Redis(port, '127.0.0.1');
    await other.replicaof('127.0.0.1', 1);
    await expectModes('a replica');
    await waitUntil(() => told.includes('lost'));
    await other.replicaof('NO', 'ONE');
    await expectBack('a primary');
    other.disconnect();
  });

  it('need not be there at the start, and is found after long silence', async () => {
    process.kill(server.pid, 'SIGSTOP');
    try {
      await open();
      await expectModes('from the start');
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    await expectBack('at last');
  });

  it('spares Redis what it has just refused, until the reset', async () => {
    await open(PROMPT_MS);
    for (let call = 0; call < 10; call++) await take('flood');
    expect(told.filter((event) => event === 'spared')).toHaveLength(6);
    expect(await guard.reset(['flood'])).toBe(1);
    expect((await take('flood')).allowed).toBe(true);
  });

  it('keeps nobody waiting who stops meanwhile', async () => {
    await open();
    await server.kill();
    await take('last');
    const started = performance.now();
    await guard.close();
    expect(performance.now() - started).toBeLessThan(PROMPT_MS);
    server = await startRedis({ port });
  });
});
