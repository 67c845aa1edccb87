import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { describeWith, uniqueName } from '@quotefleet/testing';
import { Redis } from 'ioredis';
import { withDenyCache } from '../src/rate-limit/deny-cache.ts';
import { describeRateLimiter } from '../src/rate-limit/rate-limiter-contract.ts';
import { openRedisRateLimiter, type RedisRateLimiter } from '../src/rate-limit/redis-rate-limiter.ts';
import { type LimiterProcesses, startLimiterProcesses } from './limiter-processes.ts';

jest.setTimeout(30_000);

/** Not the limit of production: what is counted here is tokens, on a machine that does other things too. */
const PATIENT_MS = 10_000;
const PROCESSES = 4;
const KEY_PREFIX = '{qf:limits:1}:';

describeWith('redis', 'the rate limiter in Redis', (servers) => {
  let limiter: RedisRateLimiter;
  let redis: Redis;
  const open = () =>
    openRedisRateLimiter({ url: servers.redis.url, onError: () => undefined, commandTimeoutMs: PATIENT_MS });
  beforeAll(async () => {
    limiter = await open();
    redis = new Redis(servers.redis.url);
  });
  afterAll(async () => {
    await limiter.close();
    await redis.quit();
  });

  const advance = async (ms: number) => void (await sleep(ms));
  describeRateLimiter('as any limiter', async () => ({ limiter, advance }));
  describeRateLimiter('behind the cache of refusals', async () => ({ limiter: withDenyCache(limiter), advance }));

  it('has its script again after Redis has forgotten it', async () => {
    const claims = [{ key: uniqueName('script'), policy: { name: 'p', capacity: 5, refillPerSecond: 1 } }];
    expect((await limiter.take(claims, 1)).allowed).toBe(true);
    await redis.script('FLUSH');
    expect((await limiter.take(claims, 1)).levels[0]?.remaining).toBe(3);
  });

  it('takes what is no bucket for a full one', async () => {
    const key = uniqueName('odd');
    await redis.set(KEY_PREFIX + key, 'no bucket');
    const claims = [{ key, policy: { name: 'p', capacity: 5, refillPerSecond: 1 } }];
    expect((await limiter.take(claims, 1)).levels[0]?.remaining).toBe(4);
  });

  it('keeps its buckets only until they are full', async () => {
    const key = uniqueName('lifetime');
    await limiter.take([{ key, policy: { name: 'p', capacity: 10, refillPerSecond: 2 } }], 5);
    const lifetimeMs = await redis.pttl(KEY_PREFIX + key);
    expect(lifetimeMs).toBeLessThanOrEqual(2500);
    expect(lifetimeMs).toBeGreaterThan(1000);
  });

  it('sends the calls of one moment in one batch', async () => {
    const policy = { name: 'p', capacity: 1000, refillPerSecond: 1 };
    const claims = ['a', 'b', 'c'].map((part) => ({ key: uniqueName(part), policy }));
    const verdicts = await Promise.all(Array.from({ length: 500 }, () => limiter.take(claims, 1)));
    const remaining = verdicts.map(({ levels }) => levels[0]?.remaining ?? 0);
    expect([Math.max(...remaining), Math.min(...remaining)]).toEqual([999, 500]);
  });

  describe(`asked by ${PROCESSES} processes at once`, () => {
    const load = { durationMs: 2000, lanes: 8, spare: false, cost: 1 };
    let processes: LimiterProcesses;
    beforeAll(async () => {
      processes = await startLimiterProcesses(PROCESSES, servers.redis.url);
    });
    afterAll(() => processes.close());
    const kept = async (key: string) => {
      const [left = 0, atUs = 0] = ((await redis.get(KEY_PREFIX + key)) ?? '').split(' ').map(Number);
      return { left: left / 1e6, atUs };
    };

    it.each([
      { capacity: 100, refillPerSecond: 10 },
      { capacity: 2000, refillPerSecond: 333.3 },
      { capacity: 400, refillPerSecond: 90, cost: 7 },
      { capacity: 100, refillPerSecond: 10, spare: true },
    ])('lets through what the bucket held and got in the time, to the token: %j', async (options) => {
      const { capacity, refillPerSecond, ...rest } = options;
      const job = { ...load, ...rest };
      const key = uniqueName('hammered');
      const policy = { name: key, capacity, refillPerSecond };
      // The bucket is half empty and known to the microsecond when they begin, so it is never full again.
      await limiter.take([{ key, policy }], capacity / 2);
      const first = await kept(key);
      const counts = await processes.run({ ...job, buckets: [{ key, capacity, refillPerSecond }] });
      const total = counts.reduce((sum, { admitted }) => sum + admitted, 0) * job.cost;
      const last = await kept(key);
      const due = first.left + (refillPerSecond * (last.atUs - first.atUs)) / 1e6;
      expect(last.atUs - first.atUs).toBeGreaterThan(1_000_000);
      expect(Math.abs(due - last.left - total)).toBeLessThan(1);
      for (const { refused, heldBack } of counts) {
        expect(refused).toBeGreaterThan(0);
        expect(heldBack).toBe(0);
      }
      // What came in while a busy machine let the last of them wait may be left.
      expect(last.left).toBeLessThan(job.cost + refillPerSecond);
      if (job.spare) for (const { asked } of counts) expect(asked).toBeLessThan(2000);
    });

    it('takes from wide buckets only what the narrow one let through', async () => {
      const [wide, narrow] = [uniqueName('wide'), uniqueName('narrow')];
      const buckets = [
        { key: wide, capacity: 100_000, refillPerSecond: 1 },
        { key: narrow, capacity: 40, refillPerSecond: 5 },
      ];
      const counts = await processes.run({ ...load, buckets });
      const total = counts.reduce((sum, { admitted }) => sum + admitted, 0);
      expect(total).toBeGreaterThanOrEqual(40);
      const untaken = 100_000 - total;
      const { left } = await kept(wide);
      expect(left).toBeGreaterThanOrEqual(untaken);
      // A token a second came in.
      expect(left - untaken).toBeLessThan(30);
    });
  });
});
