import { beforeAll, describe, expect, it } from '@jest/globals';
import { call, useGateway } from './fleet-fixture.ts';
import { head, rawClient } from './raw-client.ts';

const PATH = '/socket.io/?EIO=4';
const POLL = `${PATH}&transport=polling`;
const SOCKETS = 3;

describe('limits of sockets', () => {
  const fixture = useGateway(({ rateLimits }) => ({
    rateLimits: { ...rateLimits, sockets: { capacity: SOCKETS, refillPerSecond: 0.01 } },
    trustedProxies: ['127.0.0.1'],
  }));
  beforeAll(() => {
    fixture.fleet.realtime.server.on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
  });

  async function upgrade(from: string, path = `${PATH}&transport=websocket`): Promise<string> {
    const headers = ['Host: x', 'Connection: Upgrade', 'Upgrade: websocket', `X-Forwarded-For: ${from}`];
    const client = await rawClient(fixture.gateway.url, head(`GET ${path} HTTP/1.1`, ...headers));
    await client.closed;
    return client.received();
  }
  const poll = (from: string, path = POLL) => call(fixture, path, { headers: { 'x-forwarded-for': from } });

  it('refuse upgrades of an address over its limit, and none of another', async () => {
    for (let n = 0; n < SOCKETS; n++) expect(await upgrade('198.51.100.1')).toMatch(/^HTTP\/1.1 101 /);
    const refused = await upgrade('198.51.100.1');
    expect(refused).toMatch(/^HTTP\/1.1 429 Too Many Requests\r\n/);
    expect(refused).toMatch(/\r\nRetry-After: \d+\r\n/);
    expect(refused).toContain('"code":"RATE_LIMITED"');
    expect(await upgrade('198.51.100.2')).toMatch(/^HTTP\/1.1 101 /);
  });

  it('count the first poll of a session with the upgrades, and nothing of a session that there is', async () => {
    const from = '198.51.100.3';
    for (let n = 1; n < SOCKETS; n++) expect((await poll(from)).status).toBe(200);
    expect(await upgrade(from)).toMatch(/^HTTP\/1.1 101 /);
    const refused = await poll(from);
    expect(refused).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    expect(refused.headers.get('ratelimit')).toMatch(/^"sockets";r=0;t=\d+$/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    for (let n = 0; n < 2 * SOCKETS; n++) expect((await poll(from, `${POLL}&sid=abc`)).status).toBe(200);
    expect(await upgrade(from, `${PATH}&transport=websocket&sid=abc`)).toMatch(/^HTTP\/1.1 101 /);
  });

  it('are shown to operators, and lifted', async () => {
    const from = '198.51.100.4';
    for (let n = 0; n <= SOCKETS; n++) await poll(from);
    const limits = (method: string) => call(fixture, `/admin/limits/${from}`, { method, key: 'admin-key' });
    expect((await limits('GET')).body.data).toMatchObject({
      buckets: [{ bucket: 'sockets', capacity: SOCKETS, remaining: 0 }],
    });
    await limits('DELETE');
    expect((await poll(from)).status).toBe(200);
  });
});
