import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { freePort, startRedis } from '@quotefleet/native-servers';
import { describeWith, uniqueName, waitUntil } from '@quotefleet/testing';
import type { GatewayConfig } from '../src/index.ts';
import { call, type Fixture, useGateway } from './fleet-fixture.ts';

jest.setTimeout(30_000);

const QUOTE = '/api/v1/realtime/stock/600519.SH';
/** Nothing here is about time, on a machine that does other things too. */
const PATIENT_MS = 10_000;

function addUser({ auth }: Fixture, key: string, role = 'user'): void {
  auth.keys.set(key, { subject: `u-${key}`, client: `k-${key}`, role, scopes: ['read'] });
}

describeWith('redis', 'gateway nodes with Redis between them', (servers) => {
  const change = ({ rateLimits }: GatewayConfig) => ({
    redisUrl: servers.redis.url,
    redisTimeoutMs: PATIENT_MS,
    rateLimits: { ...rateLimits, plans: { ...rateLimits.plans, user: { capacity: 10, refillPerSecond: 0.01 } } },
  });
  const nodes = [useGateway(change), useGateway(change), useGateway(change)];

  it('give a client as much as one node would, whichever it asks', async () => {
    const key = uniqueName('key');
    for (const node of nodes) addUser(node, key);
    const calls = Array.from({ length: 30 }, (_, n) => call(nodes[n % 3] as Fixture, QUOTE, { key }));
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  });

  it('feel on each node what an administrator reset on one', async () => {
    const key = uniqueName('key');
    const [first, second] = nodes as [Fixture, Fixture];
    for (const node of nodes) addUser(node, key);
    for (let n = 0; n < 11; n++) await call(first, QUOTE, { key });
    expect((await call(second, QUOTE, { key })).status).toBe(429);
    const reset = await call(second, `/admin/limits/u-${key}`, { method: 'DELETE', key: 'admin-key' });
    expect(reset.body.data).toMatchObject({ reset: 1 });
    expect((await call(second, QUOTE, { key })).status).toBe(200);
    // What the other remembers of the refusal ends after 5 s.
    await waitUntil(async () => (await call(first, QUOTE, { key })).status === 200, { intervalMs: 250 });
  });
});

describeWith('redis', 'a gateway that comes up before Redis', () => {
  let port: number;
  beforeAll(async () => {
    port = await freePort();
  });
  const fixture = useGateway(() => ({ redisUrl: `redis://127.0.0.1:${port}`, redisTimeoutMs: 1000 }));

  it('serves reads, refuses sign-ins until Redis is there, and says so', async () => {
    const body = '{"username":"alice","password":"guess"}';
    const headers = { 'content-type': 'application/json' };
    const login = () => call(fixture, '/api/v1/auth/login', { method: 'POST', body, headers });
    const read = await call(fixture, QUOTE, { key: 'user-key' });
    expect(read.status).toBe(200);
    expect(read.headers.get('ratelimit')).toBe('"user";r=99;t=1');
    const refused = await login();
    expect(refused).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect(refused.headers.get('retry-after')).toBe('1');
    const unknown = await call(fixture, '/admin/limits/u1', { key: 'admin-key' });
    expect(unknown.status).toBe(503);
    const metrics = () => fetch(new URL('/metrics', fixture.gateway.url)).then((response) => response.text());
    await waitUntil(async () => /^rate_limiter_lost\{[^}]*\} 1$/m.test(await metrics()));
    expect(await metrics()).toMatch(/^rate_limiter_missed_total\{mode="closed"[^}]*\} 1$/m);

    const redis = await startRedis({ port });
    await waitUntil(async () => (await login()).status === 200);
    expect(await metrics()).toMatch(/^rate_limiter_lost\{[^}]*\} 0$/m);
    await redis.stop();
  });
});

describe('limits in a file that changes', () => {
  let dir: string;
  let file: string;
  const write = (capacity: number) =>
    writeFile(file, `limits:\n  plans:\n    user: { capacity: ${capacity}, refillPerSecond: 0.01 }\n`);
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'quotefleet-limits-'));
    file = join(dir, 'gateway.yaml');
    await write(2);
  });
  afterAll(() => rm(dir, { recursive: true }));
  const fixture = useGateway(() => ({ file }));

  it('hold from the next call on', async () => {
    const quote = () => call(fixture, QUOTE, { key: 'user-key' });
    expect((await quote()).headers.get('ratelimit-policy')).toBe('"user";q=2;w=200');
    await write(300);
    await waitUntil(async () => (await quote()).headers.get('ratelimit-policy') === '"user";q=300;w=30000');
    await writeFile(file, 'limits:\n  routes:\n    noSuchEndpoint: { capacity: 1, refillPerSecond: 1 }\n');
    // A file that cannot be used changes nothing.
    expect((await quote()).headers.get('ratelimit-policy')).toBe('"user";q=300;w=30000');
  });
});
