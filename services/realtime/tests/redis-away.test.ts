import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { createInProcessBus, type EventBus } from '@quotefleet/messaging';
import { createFaultProxy, describeWith, type FaultProxy, waitUntil } from '@quotefleet/testing';
import { type Fixture, startFixture, type TestClient } from './fixture.ts';
import { notices, notify } from './notices.ts';

jest.setTimeout(60_000);

describeWith('redis', 'two nodes and a Redis that comes and goes', (servers) => {
  let bus: EventBus;
  let proxy: FaultProxy;
  const nodes: Fixture[] = [];

  beforeEach(async () => {
    bus = createInProcessBus({});
    const { hostname, port } = new URL(servers.redis.url);
    proxy = await createFaultProxy({ target: { host: hostname, port: Number(port) } });
  });
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.stop()));
    await proxy.close();
    await bus.close();
  });

  /** Two nodes, and a client of the second that hears notices. */
  async function startNodes(): Promise<[Fixture, TestClient]> {
    const env = { QF_REDIS_URL: `redis://127.0.0.1:${proxy.port}` };
    const [first, second] = await Promise.all([startFixture({ bus, env }), startFixture({ bus, env })]);
    nodes.push(first, second);
    const client = await second.connect();
    await client.subscribe('system');
    return [first, client];
  }

  it('passes notices on between nodes that started while Redis was away', async () => {
    proxy.cut();
    const [first, client] = await startNodes();
    await notify(first, 'too early');
    proxy.mend();
    await untilHeard(first, client, 'at last');
    expect(notices(client)).not.toContain('too early');
  });

  it('notices when Redis is gone without a word, and comes back to it', async () => {
    const [first, client] = await startNodes();
    await untilHeard(first, client, 'before');
    proxy.halfOpen('target');
    await untilHeard(first, client, 'after');
  });

  async function untilHeard(from: Fixture, client: TestClient, message: string): Promise<void> {
    await waitUntil(
      async () => {
        await notify(from, message);
        return notices(client).includes(message);
      },
      { timeoutMs: 30_000 },
    );
  }
});
