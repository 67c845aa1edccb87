import type { Socket as NetSocket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { useGateway } from './fleet-fixture.ts';
import { head, rawClient } from './raw-client.ts';

const OPEN_MS = 300;
const UPGRADE = [
  'Host: x',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];
const upgradeTo = (path: string, ...more: string[]) => head(`GET ${path} HTTP/1.1`, ...UPGRADE, ...more);
const SOCKET_IO = '/socket.io/?EIO=4&transport=websocket';

describe('sockets through the gateway', () => {
  const fixture = useGateway(() => ({ breaker: { failures: 2, successes: 1, openMs: OPEN_MS } }));
  let realtime: Server;
  const clients: Socket[] = [];
  beforeAll(() => {
    realtime = new Server(fixture.fleet.realtime.server);
    realtime.of('/market').on('connection', (socket) => {
      socket.on('subscribe', (request, acknowledge) => acknowledge({ request, key: socket.handshake.auth.apiKey }));
    });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    if (!fixture.fleet.realtime.server.listening) await fixture.fleet.realtime.start();
  });
  afterAll(() => realtime.close());

  function connect(transports: string[]): Socket {
    const client = io(`${fixture.gateway.url}/market`, { transports, auth: { apiKey: 'k' }, reconnection: false });
    clients.push(client);
    return client;
  }

  it.each([[['websocket']], [['polling']], [['polling', 'websocket']]])('work by %j', async (transports) => {
    const client = connect(transports);
    const reply = await client.timeout(3000).emitWithAck('subscribe', { rooms: ['tick:600519.SH'] });
    expect(reply).toEqual({ request: { rooms: ['tick:600519.SH'] }, key: 'k' });
    if (transports.length === 2) await waitUntil(() => client.io.engine.transport.name === 'websocket');
  });

  it('close on both sides when either is gone', async () => {
    const first = connect(['websocket']);
    await waitUntil(() => first.connected);
    first.io.engine.close();
    await waitUntil(() => realtime.of('/market').sockets.size === 0);

    const second = connect(['websocket']);
    await waitUntil(() => second.connected);
    await fixture.fleet.realtime.stop();
    await waitUntil(() => !second.connected);
  });

  it('are refused in plain HTTP while realtime is down, and pass again once it is back', async () => {
    await fixture.fleet.realtime.stop();
    for (let attempt = 0; attempt < 4; attempt++) {
      const client = await rawClient(fixture.gateway.url, upgradeTo(SOCKET_IO));
      await client.closed;
      expect(client.received()).toMatch(/^HTTP\/1.1 503 Service Unavailable\r\n/);
      expect(client.received()).toContain('Retry-After: 1');
      expect(client.received()).toContain('"code":"UNAVAILABLE"');
    }
    await fixture.fleet.realtime.start();
    await sleep(OPEN_MS);
    const client = connect(['websocket']);
    await waitUntil(() => client.connected);
  });

  it('are served under /socket.io/ alone', async () => {
    for (const path of ['/', '/api/v1/stocks/list', '/socket.io', '/x/socket.io/']) {
      const client = await rawClient(fixture.gateway.url, upgradeTo(path));
      await client.closed;
      expect(client.received()).toMatch(/^HTTP\/1.1 404 Not Found\r\n/);
    }
  });

  it('carry where they are from, and no identity that a client brings', async () => {
    let seen: object | undefined;
    fixture.fleet.realtime.server.prependOnceListener('upgrade', (request) => {
      seen = request.headers;
    });
    const forged = ['X-QF-Identity: e30', 'X-API-Key: k', 'X-Forwarded-Host: y', 'X-Forwarded-For: 192.0.2.1'];
    const client = await rawClient(fixture.gateway.url, upgradeTo(SOCKET_IO, ...forged));
    await waitUntil(() => client.received().includes('101 Switching Protocols'));
    expect(seen).toMatchObject({ 'x-api-key': 'k', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'x' });
    expect(seen).not.toHaveProperty('x-qf-identity');
    client.socket.destroy();
  });

  it('leave nothing behind when they are aborted at any point', async () => {
    const stub = fixture.fleet.realtime;
    for (let round = 0; round < 10; round++) {
      const opened = await Promise.all(
        Array.from({ length: 20 }, () => rawClient(fixture.gateway.url, upgradeTo(SOCKET_IO))),
      );
      await sleep(round * 3);
      const leave = [
        (one: NetSocket) => one.destroy(),
        (one: NetSocket) => one.resetAndDestroy(),
        (one: NetSocket) => one.end(),
      ];
      for (const [index, { socket }] of opened.entries()) leave[index % leave.length]?.(socket);
    }
    await waitUntil(() => stub.connections.size === 0, { timeoutMs: 15_000 });
    const metrics = await (await fetch(`${fixture.gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/sockets_open{[^}]*} 0/);
    const client = connect(['websocket']);
    await waitUntil(() => client.connected, { message: 'the breaker to be untouched by clients that left' });
  }, 40_000);
});
