import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createInProcessBus, type EventBus } from '@quotefleet/messaging';
import { describeWith, waitUntil } from '@quotefleet/testing';
import { type FakeMarketData, fakeMarketData } from './fake-market-data.ts';
import { type Fixture, startFixture } from './fixture.ts';

const CLOSED = '/api/v1/historical/stock/600519.SH?period=1d&start=2024-01-01&end=2024-01-31';
/** Beyond the clock skew that is allowed for between nodes. */
const SETTLE_MS = 1100;

describeWith('redis', 'two nodes that share answers by Redis', (servers) => {
  let bus: EventBus;
  let marketData: FakeMarketData;
  let nodes: [Fixture, Fixture];
  let path: string;

  beforeEach(async () => {
    bus = createInProcessBus({});
    marketData = fakeMarketData();
    const options = { bus, marketData, env: { QF_REDIS_URL: servers.redis.url } };
    nodes = await Promise.all([startFixture(options), startFixture(options)]);
    // The tests share one Redis: each asks for a page of its own.
    path = `${CLOSED}&limit=${1 + Math.floor(Math.random() * 4999)}`;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  });
  afterEach(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await bus.close();
  });

  it('answers from what another node has asked for, then from memory', async () => {
    const [one, other] = nodes;
    expect((await one.get(path)).source).toBe('miss');
    const shared = await waitUntil(async () => {
      const answer = await other.get(path);
      return answer.source === 'miss' ? undefined : answer;
    });
    expect(shared?.body.data.bars).toMatchObject([{ close: 10 }]);
    expect((await other.get(path)).source).toBe('hit');
  });

  it('never takes an answer from Redis that is older than a change', async () => {
    const [one, other] = nodes;
    await one.get(path);
    marketData.close = 11;
    await one.invalidate('600519.SH');
    for (const node of [other, one]) {
      await waitUntil(async () => (await node.get(path)).body.data.bars?.[0]?.close === 11);
      expect((await node.get(path)).body.data.bars).toMatchObject([{ close: 11 }]);
    }
  });

  it('trusts nothing in Redis from before it listened to changes', async () => {
    const [one] = nodes;
    await one.get(path);
    marketData.close = 11;
    const late = await startFixture({ bus, marketData, env: { QF_REDIS_URL: servers.redis.url } });
    expect(await late.get(path)).toMatchObject({ source: 'miss', body: { data: { bars: [{ close: 11 }] } } });
    await late.stop();
  });
});
