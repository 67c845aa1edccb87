import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deadLetterTopic, TOPICS } from '@quotefleet/contracts';
import { ConfigError } from '@quotefleet/service-kit';
import { freePort, uniqueName, waitUntil } from '@quotefleet/testing';
import { createCacheService, parseCacheConfig } from '../src/index.ts';
import { type Fixture, silentLogger, startFixture } from './fixture.ts';

describe('bad input', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture({ env: { QF_CACHE_MEMORY_MB: '1' } });
  });
  afterEach(() => fixture.stop());

  it('is left to market-data where a symbol has no accepted form', async () => {
    const path = '/api/v1/stocks/garbage!/info';
    expect(await fixture.get(path)).toMatchObject({ status: 200, source: 'bypass' });
    expect(await fixture.get(path)).toMatchObject({ status: 200, source: 'bypass' });
    expect(fixture.marketData.asked).toEqual([path, path]);
  });

  it('is no key that would be kept for long: a range with an end that is no time stays open', async () => {
    const path = '/api/v1/historical/stock/600519.SH?end=yesterday';
    await fixture.get(path);
    await fixture.publishBar('600519.SH', Date.now());
    expect((await fixture.get(path)).source).toBe('miss');
  });

  it('on the bus goes to the dead letters, and later changes still count', async () => {
    const dead: string[] = [];
    await fixture.bus.ensureTopics([{ name: deadLetterTopic(TOPICS.bars), partitions: 1 }]);
    await fixture.bus.subscribe({
      group: uniqueName('letters'),
      topics: [deadLetterTopic(TOPICS.bars)],
      from: 'earliest',
      decode: (value) => JSON.stringify(value),
      handle: async ({ events }) => {
        dead.push(...events.map(({ value }) => value));
      },
    });
    for (const value of [null, 7, {}, { payload: { symbol: '600519.SH', ts: 'now' } }])
      await fixture.bus.publish(TOPICS.bars, [{ key: '600519.SH', value }]);
    await waitUntil(() => dead.length === 4);
    const path = '/api/v1/historical/stock/600519.SH';
    await fixture.get(path);
    await fixture.publishBar('600519.SH', Date.now());
    expect((await fixture.get(path)).source).toBe('miss');
  });

  it('never makes it take more memory than it may', async () => {
    for (let limit = 1; limit <= 3000; limit += 20) {
      const asked = Array.from(
        { length: 20 },
        (_, index) => `/api/v1/historical/stock/600519.SH?limit=${limit + index}`,
      );
      await Promise.all(asked.map((path) => fixture.get(path)));
    }
    const text = await (await fetch(`${fixture.url}/metrics`)).text();
    const bytes = Number(/^cache_bytes\{.*\} (\d+)$/m.exec(text)?.[1]);
    expect(bytes).toBeGreaterThan(500_000);
    expect(bytes).toBeLessThanOrEqual(1024 * 1024);
  }, 20_000);
});

describe('a cache that cannot work', () => {
  it('answers 503 with Retry-After while nobody listens where market-data should be', async () => {
    const fixture = await startFixture({ env: { QF_MARKET_DATA_URL: `http://127.0.0.1:${await freePort()}` } });
    expect(await fixture.get('/api/v1/historical/stock/600519.SH')).toMatchObject({
      ...{ status: 503, retryAfter: '1' },
      body: { code: 'UNAVAILABLE', message: 'market-data does not answer' },
    });
    await fixture.stop();
  });

  it('names the variable at fault', () => {
    expect(() => parseCacheConfig({ QF_MARKET_DATA_URL: 'nowhere' })).toThrow(ConfigError);
    expect(() => parseCacheConfig({ QF_CACHE_MEMORY_MB: '0' })).toThrow(/QF_CACHE_MEMORY_MB/);
  });

  it('does not start on a port that is taken', async () => {
    const fixture = await startFixture();
    const { port } = new URL(fixture.url);
    const second = createCacheService(parseCacheConfig({ QF_CACHE_PORT: port }), {
      ...{ bus: fixture.bus, logger: silentLogger },
    });
    await expect(second).rejects.toThrow(`port ${port} on 127.0.0.1 is already in use`);
    await fixture.stop();
  });
});
