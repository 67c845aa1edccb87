import { beforeAll, describe, expect, it } from '@jest/globals';
import { call, useGateway } from './fleet-fixture.ts';
import { head, rawClient } from './raw-client.ts';
import { sendJson } from './stub-fleet.ts';

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

  it('hold for sessions that are made up', async () => {
    const from = '198.51.100.5';
    fixture.fleet.realtime.answer = (_request, response) => sendJson(response, 400, { code: 1, message: 'unknown' });
    const refusals = async (ask: (n: number) => Promise<boolean>) => {
      const refused = [];
      for (let n = 0; n < 6 * SOCKETS; n++) refused.push(await ask(n));
      return refused.filter((isRefused) => isRefused).length;
    };
    const polled = await refusals(async (n) => (await poll(from, `${POLL}&sid=made-up-${n}`)).status === 429);
    expect(polled).toBe(2 * SOCKETS);
    // Also one and the same, and by upgrades.
    expect(await refusals(async () => (await poll(from, `${POLL}&sid=abcd`)).status === 429)).toBe(6 * SOCKETS);
    const upgraded = await refusals(async (n) =>
      (await upgrade('198.51.100.6', `${PATH}&transport=websocket&sid=made-up-${n}`)).startsWith('HTTP/1.1 429 '),
    );
    expect(upgraded).toBe(2 * SOCKETS);
  });

  it.each(['', 'ab~', 'ab%7E'])('count a session without a name, sid=%s, as a new one', async (sid) => {
    const from = `198.51.100.${10 + sid.length}`;
    for (let n = 0; n < SOCKETS; n++) await poll(from, `${POLL}&sid=${sid}`);
    expect((await poll(from, `${POLL}&sid=${sid}`)).status).toBe(429);
  });

  it('let a session upgrade once', async () => {
    const from = '198.51.100.7';
    const named = `${PATH}&transport=websocket&sid=session`;
    fixture.fleet.realtime.answer = (_request, response) => sendJson(response, 200, {});
    await poll(from, `${POLL}&sid=session`);
    const answers = [];
    for (let n = 0; n < 5 * SOCKETS; n++) answers.push((await upgrade(from, named)).slice(0, 12));
    expect(answers).toEqual(Array.from(answers, (_, n) => `HTTP/1.1 ${n < 4 * SOCKETS ? 101 : 429}`));
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
