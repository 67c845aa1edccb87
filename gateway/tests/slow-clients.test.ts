import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { call, useGateway } from './fleet-fixture.ts';
import { head, type RawClient, rawClient } from './raw-client.ts';
import { sendJson } from './stub-fleet.ts';
import { wideLimits } from './wide-limits.ts';

const QUOTE = '/api/v1/realtime/stock/600519.SH';
const INGEST = '/api/v1/ingest/ticks';
const post = (path: string, ...lines: string[]) =>
  head(`POST ${path} HTTP/1.1`, 'Host: x', 'X-API-Key: service-key', 'Content-Type: application/json', ...lines);

jest.setTimeout(20_000);

describe('clients that keep a gateway waiting', () => {
  const fixture = useGateway((config) => ({
    ...wideLimits(config),
    server: {
      ...config.server,
      headersTimeoutMs: 1000,
      keepAliveTimeoutMs: 1000,
      requestsPerSocketMax: 3,
      connectionsMax: 300,
    },
    uploads: { bytesPerSecondMin: 100, graceMs: 1500 },
  }));
  /** Sends a byte every now and then for as long as it may. */
  async function trickle(client: RawClient): Promise<void> {
    const timer = setInterval(() => client.socket.write('x'), 300);
    await client.closed;
    clearInterval(timer);
  }

  it('with headers that never end are cut off, two hundred at a time, while others are served', async () => {
    const start = `GET ${QUOTE} HTTP/1.1\r\nHost: x\r\nX-Slow: `;
    const clients = await Promise.all(Array.from({ length: 200 }, () => rawClient(fixture.gateway.url, start)));
    const all = Promise.all(clients.map(trickle));
    expect((await call(fixture, QUOTE, { key: 'user-key' })).status).toBe(200);
    await all;
    for (const client of clients) expect(client.received()).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
  });

  it('with a body that trickles in get 408, whoever it is for', async () => {
    fixture.fleet['market-data'].answer = (request) => void request.resume();
    const trickleTo = async (path: string) => {
      const client = await rawClient(fixture.gateway.url, post(path, 'Content-Length: 50000'));
      await trickle(client);
      return client.received();
    };
    for (const received of await Promise.all(['/api/v1/auth/login', INGEST].map(trickleTo))) {
      expect(received).toMatch(/^HTTP\/1\.1 408 /);
      expect(received).toContain('"code":"REQUEST_TIMEOUT"');
    }
    await waitUntil(() => fixture.fleet['market-data'].connections.size === 0);
  });

  it('are not blamed for an upstream that does not read', async () => {
    const gate = Promise.withResolvers<void>();
    fixture.fleet['market-data'].answer = async (request, response) => {
      // The gateway asks how it is.
      if (request.method !== 'POST') return sendJson(response, 200, { ready: true });
      await gate.promise;
      let bytes = 0;
      for await (const chunk of request) bytes += chunk.length;
      sendJson(response, 202, { bytes });
    };
    const body = Buffer.alloc(20_000_000, 'x');
    const answer = call(fixture, INGEST, {
      method: 'POST',
      body,
      key: 'service-key',
      headers: { 'content-type': 'application/json' },
    });
    await sleep(3000);
    gate.resolve();
    expect(await answer).toMatchObject({ status: 202, body: { bytes: body.length } });
  });

  it('with nothing to ask lose their connection, and all after some requests', async () => {
    const idle = await rawClient(fixture.gateway.url, head('GET /health/live HTTP/1.1', 'Host: x'));
    const busy = await rawClient(fixture.gateway.url);
    for (let n = 1; n <= 3; n++) {
      busy.socket.write(head('GET /health/live HTTP/1.1', 'Host: x'));
      await waitUntil(() => busy.received().split('{"live":true}').length === n + 1, { intervalMs: 5 });
    }
    await busy.closed;
    expect(busy.received().match(/HTTP\/1\.1 200/g)).toHaveLength(3);
    expect(busy.received()).toContain('Connection: close');
    await idle.closed;
    expect(idle.received()).toMatch(/^HTTP\/1\.1 200/);
  });

  it('are cut off when they go on sending after an answer', async () => {
    fixture.fleet['market-data'].answer = (_request, response) => sendJson(response, 413, { code: 'TOO_LARGE' });
    const client = await rawClient(fixture.gateway.url, post(INGEST, 'Transfer-Encoding: chunked'));
    const timer = setInterval(() => client.socket.write(`400\r\n${'x'.repeat(1024)}\r\n`), 50);
    await client.closed;
    clearInterval(timer);
    expect(client.received()).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('are cut off when a body trickles in after they were refused, not found or answered', async () => {
    const starts = [`POST ${INGEST}`, 'POST /nothing', 'GET /health/live'];
    const statuses = starts.map(async (start) => {
      const client = await rawClient(
        fixture.gateway.url,
        head(`${start} HTTP/1.1`, 'Host: x', 'Content-Length: 50000'),
      );
      await trickle(client);
      return /^HTTP\/1\.1 (\d+) /.exec(client.received())?.[1];
    });
    expect(await Promise.all(statuses)).toEqual(['401', '404', '200']);
  });

  it('beyond the number of connections are not heard', async () => {
    const clients = await Promise.all(Array.from({ length: 320 }, () => rawClient(fixture.gateway.url)));
    await waitUntil(() => clients.filter(({ socket }) => socket.destroyed).length >= 20);
    for (const { socket } of clients) socket.destroy();
    await waitUntil(async () => (await call(fixture, QUOTE, { key: 'user-key' })).status === 200);
  });
});
