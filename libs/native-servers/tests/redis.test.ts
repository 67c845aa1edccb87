import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { type RedisServer, startRedis } from '../src/redis.ts';
import { describeNative } from './describe-native.ts';

describeNative('redis', 'a Redis of our own', () => {
  let server: RedisServer | undefined;
  let dir: string | undefined;
  afterEach(async () => {
    await server?.stop();
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
    dir = undefined;
  });

  async function withClient<T>(url: string, use: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(url);
    try {
      return await use(redis);
    } finally {
      redis.disconnect();
    }
  }

  it('keeps nothing without a directory', async () => {
    server = await startRedis();
    await withClient(server.url, (redis) => redis.set('key', 'value'));
    await server.stop();
    server = await startRedis({ port: server.port });
    expect(await withClient(server.url, (redis) => redis.dbsize())).toBe(0);
  });

  it('keeps what it had acknowledged over kill -9 with a directory', async () => {
    dir = mkdtempSync(join(tmpdir(), 'quotefleet-redis-'));
    server = await startRedis({ dir });
    await withClient(server.url, (redis) => redis.set('key', 'value'));
    await server.kill();
    server = await startRedis({ dir, port: server.port });
    expect(await withClient(server.url, (redis) => redis.get('key'))).toBe('value');
    await expect(startRedis({ dir })).rejects.toThrow('the Redis data directory is in use by another instance');
  });
});
