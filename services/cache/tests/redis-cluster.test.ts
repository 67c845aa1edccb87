import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { findNative, type RedisCluster, startRedisCluster } from '@quotefleet/native-servers';
import { waitUntil } from '@quotefleet/testing';
import { parseCacheConfig } from '../src/config.ts';
import type { CacheEvents } from '../src/events.ts';
import { RedisSharedStore } from '../src/l2/redis-shared-store.ts';

jest.setTimeout(60_000);

const { redis: missing } = findNative().missing;

(missing ? describe.skip : describe)(`answers in a Redis Cluster${missing ? ` (${missing})` : ''}`, () => {
  let cluster: RedisCluster;
  const stores: RedisSharedStore[] = [];
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await cluster.stop();
  });

  it('are shared, on whichever node they are', async () => {
    const [one, other] = cluster.nodes.map(({ port }) => {
      const url = parseCacheConfig({ QF_REDIS_URL: `redis+cluster://127.0.0.1:${port}` }).redisUrl ?? '';
      const store = new RedisSharedStore(url, { sharedStoreFailed: () => undefined } as unknown as CacheEvents);
      stores.push(store);
      return store;
    });
    const bodies = Array.from({ length: 20 }, (_, n) => `answer ${n}`);
    const freshUntil = Date.now() + 60_000;
    const found = bodies.map((body) =>
      waitUntil(async () => {
        one?.put(`the ${body}`, { madeAt: 1, freshUntil, body: Buffer.from(body) });
        return (await other?.find(`the ${body}`))?.body.toString();
      }),
    );
    expect(await Promise.all(found)).toEqual(bodies);
  });
});
