import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createInProcessBus, type EventBus } from '@quotefleet/messaging';
import { createFaultProxy, describeWith, type FaultProxy, waitUntil } from '@quotefleet/testing';
import { type Fixture, publishTicks, startFixture, type TestClient } from './fixture.ts';
import { notices, notify } from './notices.ts';
import { tickOf } from './payloads.ts';

describeWith('redis', 'two nodes with Redis between them', (servers) => {
  let bus: EventBus;
  let proxy: FaultProxy;
  let nodes: [Fixture, Fixture];
  let clients: [TestClient, TestClient];

  beforeAll(async () => {
    bus = createInProcessBus({});
    const { hostname, port } = new URL(servers.redis.url);
    proxy = await createFaultProxy({ target: { host: hostname, port: Number(port) } });
    const env = { QF_REDIS_URL: `redis://127.0.0.1:${proxy.port}` };
    nodes = await Promise.all([startFixture({ bus, env }), startFixture({ bus, env })]);
    clients = [await nodes[0].connect(), await nodes[1].connect()];
    for (const client of clients) await client.subscribe('tick:600519.SH', 'system');
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await bus.close();
    await proxy.close();
  });

  it('brings a notice to the subscribers of both, once', async () => {
    await waitUntil(async () => {
      await notify(nodes[0], 'hello');
      return clients.every((client) => notices(client).includes('hello'));
    });
    await notify(nodes[0], 'once');
    await notify(nodes[0], 'last');
    await waitUntil(() => clients.every((client) => notices(client).includes('last')));
    for (const client of clients) expect(notices(client).filter((message) => message === 'once')).toHaveLength(1);
  });

  it('goes on with market data while Redis is away, and passes notices on again once it is back', async () => {
    proxy.cut();
    for (let seq = 1; seq <= 50; seq++) await publishTicks(bus, tickOf('600519.SH', seq));
    await notify(nodes[0], 'nobody hears');
    await waitUntil(() => clients.every((client) => ticks(client) === 50));
    await waitUntil(() => notices(clients[0]).includes('nobody hears'));
    expect(notices(clients[1])).not.toContain('nobody hears');
    expect((await fetch(`${nodes[0].service.url}/health/live`)).status).toBe(200);
    proxy.mend();
    await waitUntil(async () => {
      await notify(nodes[0], 'back');
      return notices(clients[1]).includes('back');
    });
    await publishTicks(bus, tickOf('600519.SH', 51));
    await waitUntil(() => clients.every((client) => ticks(client) === 51));
  });

  it('stops in time while Redis is away', async () => {
    const env = { QF_REDIS_URL: `redis://127.0.0.1:${proxy.port}` };
    const node = await startFixture({ bus, env });
    proxy.cut();
    const startedMs = performance.now();
    await node.stop();
    expect(performance.now() - startedMs).toBeLessThan(3000);
    proxy.mend();
  });
});

function ticks({ messages }: TestClient): number {
  return messages.filter(({ type }) => type === 'tick').length;
}
