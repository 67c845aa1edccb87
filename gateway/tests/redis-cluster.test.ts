import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { findNative, type RedisCluster, startRedisCluster } from '@quotefleet/native-servers';
import { uniqueName, waitUntil } from '@quotefleet/testing';
import { parseGatewayConfig } from '../src/index.ts';
import { createRateGuard } from '../src/rate-limit/rate-guard.ts';
import { describeRateLimiter } from '../src/rate-limit/rate-limiter-contract.ts';
import { openRedisRateLimiter } from '../src/rate-limit/redis-rate-limiter.ts';
import { describeNonceStore } from '../src/signing/nonce-store-contract.ts';
import { createRedisNonceStore } from '../src/signing/redis-nonce-store.ts';

jest.setTimeout(60_000);

const { redis: missing } = findNative().missing;
const PATIENT_MS = 10_000;
const ignore = () => undefined;

(missing ? describe.skip : describe)(`a Redis Cluster${missing ? ` (${missing})` : ''}`, () => {
  let cluster: RedisCluster;
  let url: string;
  beforeAll(async () => {
    cluster = await startRedisCluster();
    url = cluster.nodes.map(({ port }) => `redis+cluster://127.0.0.1:${port}`).join(',');
  });
  afterAll(() => cluster.stop());

  it('is named by some of its nodes', () => {
    expect(parseGatewayConfig({ QF_REDIS_URL: url }).redisUrl).toBe(url);
    for (const wrong of [
      'redis://a:1,redis://b:2',
      'redis+cluster://a:1,redis://b:2',
      'http://a:1',
      'redis+cluster:',
    ]) {
      expect(() => parseGatewayConfig({ QF_REDIS_URL: wrong })).toThrow('QF_REDIS_URL');
    }
  });

  describe('as the limiter', () => {
    let limiter: Awaited<ReturnType<typeof openRedisRateLimiter>>;
    beforeAll(async () => {
      limiter = await openRedisRateLimiter({ url, onError: ignore, commandTimeoutMs: PATIENT_MS });
    });
    afterAll(() => limiter.close());
    describeRateLimiter('has buckets as any Redis', async () => ({ limiter, advance: (ms) => sleep(ms) }));
  });

  const prefix = uniqueName('nonce');
  describeNonceStore('as the store of nonces', async () => ({
    store: createRedisNonceStore(url, ignore),
    second: createRedisNonceStore(url, ignore),
    name: (text) => `${prefix}:${text}`,
  }));

  it('may lose the node of the buckets, and have it back', async () => {
    const told: string[] = [];
    const guard = await createRateGuard({
      redisUrl: url,
      timeoutMs: 1000,
      events: {
        limiterLost: () => void told.push('lost'),
        limiterBack: () => void told.push('back'),
        limiterMissed: ignore,
        limiterSpared: ignore,
      },
    });
    const claims = [{ key: uniqueName('node'), policy: { name: 'p', capacity: 100, refillPerSecond: 0.01 } }];
    const take = () => guard.take(claims, 1, 'open');
    expect((await take()).levels[0]?.remaining).toBe(99);
    const isTold = (what: string) =>
      waitUntil(async () => {
        const started = performance.now();
        await take();
        expect(performance.now() - started).toBeLessThan(PATIENT_MS);
        return told.includes(what);
      });
    // Without one of its nodes a cluster answers for none of its keys.
    for (const node of cluster.nodes) {
      told.length = 0;
      await node.kill();
      await isTold('lost');
      await node.restart();
      await isTold('back');
    }
    await guard.close();
  });
});
