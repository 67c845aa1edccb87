import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createInProcessBus, type EventBus } from '@quotefleet/messaging';
import { findNative, type RedisCluster, startRedisCluster } from '@quotefleet/native-servers';
import { waitUntil } from '@quotefleet/testing';
import { type Fixture, startFixture, type TestClient } from './fixture.ts';

jest.setTimeout(90_000);

const { redis: missing } = findNative().missing;

(missing ? describe.skip : describe)(`two nodes with a Redis Cluster${missing ? ` (${missing})` : ''}`, () => {
  let bus: EventBus;
  let cluster: RedisCluster;
  let nodes: [Fixture, Fixture];
  let client: TestClient;

  beforeAll(async () => {
    bus = createInProcessBus({});
    cluster = await startRedisCluster();
    const env = {
      QF_REDIS_URL: cluster.nodes.map(({ port }) => `redis+cluster://127.0.0.1:${port}`).join(','),
      QF_REALTIME_CONNECTIONS_PER_USER: '2',
    };
    nodes = await Promise.all([startFixture({ bus, env }), startFixture({ bus, env })]);
    client = await nodes[1].connect();
    await client.subscribe('system');
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await cluster.stop();
    await bus.close();
  });

  async function untilHeard(message: string): Promise<void> {
    const notices = () => client.messages.map(({ payload }) => (payload as { message?: string }).message);
    await waitUntil(
      async () => {
        const response = await fetch(`${nodes[0].service.url}/internal/realtime/notices`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ message }),
        });
        return response.status === 202 && notices().includes(message);
      },
      { timeoutMs: 40_000 },
    );
  }

  it('passes notices on', async () => {
    await untilHeard('hello');
  });

  it('counts the connections of a user over both', async () => {
    const held = await nodes[0].connect();
    // With the one at the other node it is the third.
    await waitUntil(async () => {
      const third = await nodes[0].connect().catch(() => undefined);
      third?.socket.disconnect();
      return third === undefined;
    });
    expect(held.socket.connected).toBe(true);
  });

  it('passes notices on again after each of its nodes was gone', async () => {
    for (const [index, node] of cluster.nodes.entries()) {
      await node.kill();
      await node.restart();
      await untilHeard(`back ${index}`);
    }
  });
});
