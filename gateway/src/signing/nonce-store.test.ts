import { describe, expect, it } from '@jest/globals';
import { describeWith, uniqueName, waitUntil } from '@quotefleet/testing';
import { createInMemoryNonceStore } from './in-memory-nonce-store.ts';
import { describeNonceStore } from './nonce-store-contract.ts';
import { createRedisNonceStore } from './redis-nonce-store.ts';

const ignore = () => undefined;

describeNonceStore('nonces in memory', async () => ({ store: createInMemoryNonceStore(), name: (text) => text }));

describe('nonces in memory', () => {
  it('gives up new ones rather than old ones when there are too many', async () => {
    let now = 0;
    const store = createInMemoryNonceStore(() => now, 2);
    await store.claim('a', 1000);
    await store.claim('b', 1000);
    await expect(store.claim('c', 1000)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await store.claim('a', 1000)).toBe(false);
    now = 1000;
    expect(await store.claim('c', 1000)).toBe(true);
  });
});

describeWith('redis', 'nonces in Redis', (servers) => {
  const prefix = uniqueName('nonce');
  describeNonceStore('nonces of two nodes', async () => ({
    store: createRedisNonceStore(servers.redis.url, ignore),
    second: createRedisNonceStore(servers.redis.url, ignore),
    name: (text) => `${prefix}:${text}`,
  }));
});

describe('nonces without Redis', () => {
  it('are not taken on trust', async () => {
    const troubles: string[] = [];
    const store = createRedisNonceStore('redis://127.0.0.1:1', (reason) => troubles.push(reason));
    await expect(store.claim('a', 1000)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await waitUntil(() => troubles.length > 0);
    await store.close();
  });
});
