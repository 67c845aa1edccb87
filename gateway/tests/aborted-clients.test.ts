import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { call, useGateway } from './fleet-fixture.ts';
import { head, rawClient } from './raw-client.ts';
import { sendJson } from './stub-fleet.ts';
import { wideLimits } from './wide-limits.ts';

const ROUNDS = 50;
const CLIENTS = 100;
/** Less than 10,000 requests would take that were kept, at some KB each. */
const HEAP_GROWTH_BYTES_MAX = 20_000_000;

const upload = head(
  'POST /api/v1/imports/bars?format=generic&file=x.csv HTTP/1.1',
  'Host: x',
  'X-API-Key: service-key',
  'Content-Type: text/csv',
  'Content-Length: 1000000',
);
const login = head(
  'POST /api/v1/auth/login HTTP/1.1',
  'Host: x',
  'Content-Type: application/json',
  'Content-Length: 5000',
);
const upgrade = head(
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
  'Host: x',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
);

function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

describe('ten thousand clients that go away', () => {
  const fixture = useGateway((config) => ({
    ...wideLimits(config),
    breaker: { ...config.breaker, failures: 1_000_000 },
  }));
  const gauge = async (name: string) => {
    const text = await (await fetch(new URL('/metrics', fixture.gateway.url))).text();
    return Number(new RegExp(`^${name}\\{[^}]*\\} (\\d+)$`, 'm').exec(text)?.[1]);
  };
  /** Open sockets of this process, which the gateway, its upstreams and the clients share. */
  const openSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

  it('leave no socket and no memory behind', async () => {
    const uploads = new Set<Duplex>();
    const upgraded = new Set<Duplex>();
    fixture.fleet['market-data'].answer = (request, response) => {
      // The gateway asks how it is, now and then, and keeps a connection for that.
      if (request.method !== 'POST') return sendJson(response, 200, { ready: true });
      uploads.add(request.socket);
      request.resume().socket.once('close', () => uploads.delete(request.socket));
    };
    fixture.fleet.realtime.server.on('upgrade', (_request, socket: Duplex) => {
      upgraded.add(socket);
      socket.once('close', () => upgraded.delete(socket));
      // An HTTP server leaves its half open until it is told.
      socket
        .on('error', () => socket.destroy())
        .on('end', () => socket.end())
        .resume();
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
    const round = async (...texts: string[]) => {
      const all = texts.flatMap((text) => Array.from({ length: CLIENTS }, () => text));
      const clients = await Promise.all(all.map((text) => rawClient(fixture.gateway.url, text)));
      for (const { socket } of clients) socket.write('x'.repeat(1000));
      await sleep(10);
      for (const { socket } of clients) socket.destroy();
    };
    await round(upload, upgrade);
    await round(login);
    await sleep(500);
    const heap = heapInUse();
    for (let n = 0; n < ROUNDS; n++) {
      if (n % 10 === 0) await round(login);
      await round(upload, upgrade);
    }
    await waitUntil(() => uploads.size === 0 && upgraded.size === 0);
    await waitUntil(async () => (await gauge('sockets_open')) === 0);
    await waitUntil(() => openSockets() < 50);
    expect((await call(fixture, '/api/v1/stocks/list', { key: 'user-key' })).status).toBe(200);
    const report = await call(fixture, '/admin/degradation', { key: 'admin-key' });
    expect(report.body.data).toMatchObject({ level: 0, load: { inFlight: expect.any(Number) } });
    await waitUntil(async () => {
      const { body } = await call(fixture, '/admin/degradation', { key: 'admin-key' });
      return (body.data as unknown as { load: { inFlight: number } }).load.inFlight <= 1;
    });
    expect(heapInUse() - heap).toBeLessThan(HEAP_GROWTH_BYTES_MAX);
  }, 120_000);
});
