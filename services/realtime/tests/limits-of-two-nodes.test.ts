import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { createInProcessBus, type EventBus } from '@quotefleet/messaging';
import { createFaultProxy, describeWith, type FaultProxy, uniqueName, waitUntil } from '@quotefleet/testing';
import { type Fixture, startFixture, TRIAL_KEY } from './fixture.ts';

jest.setTimeout(60_000);

describeWith('redis', 'limits of connections, at two nodes with Redis between them', (servers) => {
  let bus: EventBus;
  let proxy: FaultProxy;
  /** Of the second node alone. */
  let ownProxy: FaultProxy;
  let channel: string;
  let nodes: [Fixture, Fixture];

  beforeEach(async () => {
    bus = createInProcessBus({});
    const { hostname, port } = new URL(servers.redis.url);
    proxy = await createFaultProxy({ target: { host: hostname, port: Number(port) } });
    ownProxy = await createFaultProxy({ target: { host: '127.0.0.1', port: proxy.port } });
    channel = uniqueName('limits');
    nodes = await Promise.all([start(proxy), start(ownProxy)]);
    await waitUntil(async () => {
      const { data } = (await (await stats(nodes[0])).json()) as { data: { nodes: unknown[] } };
      return data.nodes.length === 2;
    });
    await waitUntil(() => isKnown());
  });
  afterEach(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await bus.close();
    await ownProxy.close();
    await proxy.close();
  });

  const start = ({ port }: FaultProxy) =>
    startFixture({
      bus,
      env: {
        ...{ QF_REDIS_URL: `redis://127.0.0.1:${port}`, QF_REALTIME_CHANNEL: channel },
        ...{ QF_REALTIME_CONNECTIONS_PER_USER: '2', QF_REALTIME_CONNECTIONS_PER_IP: '3' },
      },
    });
  const stats = (node: Fixture) => fetch(`${node.service.url}/api/v1/realtime/stats`);
  const asTrial = { auth: { apiKey: TRIAL_KEY } };
  const refusal = { message: 'more than 2 connections of one user', data: { code: 'RATE_LIMITED' } };
  const handshake = async (node: Fixture, address: string) =>
    (await fetch(`${node.service.url}/socket.io/?EIO=4&transport=polling`, { headers: { 'x-forwarded-for': address } }))
      .status;

  /** Whether the first node sees what the second has: their counts are in Redis. */
  async function isKnown(): Promise<boolean> {
    const probe = await nodes[1].connect(asTrial);
    const other = await nodes[1].connect(asTrial);
    const third = await nodes[0].connect(asTrial).catch(() => undefined);
    for (const client of [probe, other, third]) client?.socket.close();
    return third === undefined;
  }
  const mayConnect = async (node: Fixture) => (await node.connect().catch(() => undefined)) !== undefined;

  it('hold for a user at both together', async () => {
    const [first] = [await nodes[0].connect(), await nodes[1].connect()];
    await expect(nodes[0].connect()).rejects.toMatchObject(refusal);
    await expect(nodes[1].connect()).rejects.toMatchObject(refusal);
    first.socket.close();
    await waitUntil(() => mayConnect(nodes[1]));
  });

  it('hold for an address at both together, and for no other', async () => {
    const of = (address: string) => ({ extraHeaders: { 'x-forwarded-for': address } });
    await nodes[0].connect(of('203.0.113.7'));
    await nodes[1].connect(of('203.0.113.7'));
    await waitUntil(async () => (await handshake(nodes[0], '203.0.113.7')) === 200);
    await waitUntil(async () => (await handshake(nodes[1], '203.0.113.7')) === 429);
    expect(await handshake(nodes[0], '203.0.113.7')).toBe(429);
    expect(await handshake(nodes[0], '203.0.113.8')).toBe(200);
  });

  it('forget a node that stopped at once', async () => {
    await nodes[1].connect();
    await nodes[1].connect();
    await expect(nodes[0].connect()).rejects.toMatchObject(refusal);
    await nodes[1].stop();
    expect(await mayConnect(nodes[0])).toBe(true);
  });

  it('forget a node that died soon, as Redis sees one that it does not hear of any more', async () => {
    await nodes[1].connect();
    await nodes[1].connect();
    await expect(nodes[0].connect()).rejects.toMatchObject(refusal);
    ownProxy.cut();
    expect(await mayConnect(nodes[0])).toBe(false);
    await waitUntil(() => mayConnect(nodes[0]), { timeoutMs: 30_000 });
  });

  it('are asked for without harm by who does not wait for the answer', async () => {
    proxy.pause();
    const { port } = new URL(nodes[0].service.url);
    const sockets = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const socket = connect(Number(port), '127.0.0.1');
        socket.on('error', () => undefined);
        await once(socket, 'connect');
        const key = Buffer.from('0123456789abcdef').toString('base64');
        socket.write(
          'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
            `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n`,
        );
        return socket;
      }),
    );
    await sleep(50);
    for (const socket of sockets) socket.resetAndDestroy();
    await sleep(500);
    proxy.mend();
    expect((await fetch(`${nodes[0].service.url}/health/live`)).status).toBe(200);
    await waitUntil(async () => (await handshake(nodes[0], '203.0.113.9')) === 200);
  });

  it('are those of each node while Redis is away, and of both again once it is back', async () => {
    await nodes[0].connect();
    await nodes[1].connect();
    proxy.cut();
    await waitUntil(() => mayConnect(nodes[0]));
    await waitUntil(() => mayConnect(nodes[1]));
    await expect(nodes[0].connect()).rejects.toMatchObject(refusal);
    proxy.mend();
    const late = await nodes[0].connect(asTrial);
    await waitUntil(async () => {
      const more = [await nodes[0].connect(asTrial).catch(() => undefined)];
      more.push(await nodes[1].connect(asTrial).catch(() => undefined));
      const refused = more.filter((client) => client === undefined).length;
      for (const client of more) client?.socket.close();
      return refused === 1;
    });
    expect(late.socket.connected).toBe(true);
  });
});
