import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { createLogger, createMetrics } from '@quotefleet/service-kit';
import { createFaultProxy, describeWith, type FaultProxy, uniqueName, waitUntil } from '@quotefleet/testing';
import { CacheEvents } from '../src/events.ts';
import { RedisSharedStore } from '../src/l2/redis-shared-store.ts';

jest.setTimeout(60_000);

describeWith('redis', 'a Redis that goes without a word', (servers) => {
  let proxy: FaultProxy;
  let store: RedisSharedStore;

  beforeEach(async () => {
    const { hostname, port } = new URL(servers.redis.url);
    proxy = await createFaultProxy({ target: { host: hostname, port: Number(port) } });
    const events = new CacheEvents(createLogger({ service: 'cache', level: 'silent' }), createMetrics('cache'));
    store = new RedisSharedStore(`redis://127.0.0.1:${proxy.port}`, events);
  });
  afterEach(async () => {
    await store.close();
    await proxy.close();
  });

  it('is asked over another connection soon', async () => {
    const key = uniqueName('answer');
    const found = async () => {
      store.put(key, { body: Buffer.from('{}'), madeAt: Date.now(), freshUntil: Date.now() + 60_000 });
      return (await store.find(key)) !== undefined;
    };
    await waitUntil(found);
    proxy.halfOpen('target');
    expect(await found()).toBe(false);
    await waitUntil(found, { timeoutMs: 30_000 });
  });
});
