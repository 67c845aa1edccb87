import { describe, expect, it } from '@jest/globals';
import { call, useGateway } from './fleet-fixture.ts';
import { IDENTITIES } from './stub-fleet.ts';

const QUOTE = '/api/v1/realtime/stock/600519.SH';
const login = {
  method: 'POST',
  body: '{"username":"alice","password":"guess"}',
  headers: { 'content-type': 'application/json' },
};

describe('limits per client', () => {
  const fixture = useGateway(({ rateLimits }) => ({
    rateLimits: {
      ...rateLimits,
      plans: {
        ...rateLimits.plans,
        anonymous: { capacity: 3, refillPerSecond: 0.1 },
        user: { capacity: 2, refillPerSecond: 0.5 },
        pro: { capacity: 5, refillPerSecond: 0.01, perKey: { capacity: 3, refillPerSecond: 0.01 } },
      },
      routes: { listStocks: { capacity: 1, refillPerSecond: 0.01, per: 'client' } },
    },
  }));

  it('announces what is left and refuses what is over, with the time to come back', async () => {
    const first = await call(fixture, QUOTE, { key: 'user-key' });
    expect(first.headers.get('ratelimit-policy')).toBe('"user";q=2;w=4');
    expect(first.headers.get('ratelimit')).toBe('"user";r=1;t=2');
    await call(fixture, QUOTE, { key: 'user-key' });
    const refused = await call(fixture, QUOTE, { key: 'user-key' });
    expect(refused).toMatchObject({ status: 429, body: { success: false, code: 'RATE_LIMITED', data: null } });
    expect(refused.headers.get('ratelimit')).toBe('"user";r=0;t=2');
    expect(refused.headers.get('retry-after')).toBe('2');
    expect((await call(fixture, QUOTE, { key: 'admin-key' })).status).toBe(200);
  });

  it('says in v2 that the quota is exceeded, by the registered type', async () => {
    fixture.auth.keys.set('v2-key', { subject: 'u-v2', client: 'k-v2', role: 'user', scopes: ['read'] });
    const quote = () => call(fixture, QUOTE.replace('v1', 'v2'), { key: 'v2-key' });
    for (let n = 0; n < 2; n++) expect((await quote()).status).toBe(200);
    expect(await quote()).toMatchObject({
      status: 429,
      body: {
        type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
        code: 'RATE_LIMITED',
        'violated-policies': ['user'],
      },
    });
  });

  it('counts sign-ins and wrong keys by address', async () => {
    expect((await call(fixture, '/api/v1/auth/login', login)).status).toBe(200);
    expect((await call(fixture, QUOTE, { key: 'wrong' })).status).toBe(401);
    expect((await call(fixture, '/api/v1/auth/login', login)).status).toBe(200);
    expect((await call(fixture, '/api/v1/auth/login', login)).status).toBe(429);
    expect((await call(fixture, QUOTE, { key: 'wrong' })).status).toBe(429);
    expect((await call(fixture, QUOTE, { key: 'service-key' })).status).toBe(200);
  });

  it('counts each key of a user, and the user over all of them', async () => {
    for (const n of [1, 2])
      fixture.auth.keys.set(`pro-${n}`, { subject: 'u-pro', client: `k-pro-${n}`, role: 'pro', scopes: ['read'] });
    const first = await call(fixture, QUOTE, { key: 'pro-1' });
    expect(first.headers.get('ratelimit-policy')).toBe('"pro";q=5;w=500, "pro:key";q=3;w=300');
    expect(first.headers.get('ratelimit')).toBe('"pro";r=4;t=100, "pro:key";r=2;t=100');
    for (let n = 0; n < 2; n++) expect((await call(fixture, QUOTE, { key: 'pro-1' })).status).toBe(200);
    const keyRefused = await call(fixture, QUOTE, { key: 'pro-1' });
    expect(keyRefused.status).toBe(429);
    expect(keyRefused.headers.get('ratelimit')).toMatch(/^"pro:key";r=0;t=\d+$/);
    for (let n = 0; n < 2; n++) expect((await call(fixture, QUOTE, { key: 'pro-2' })).status).toBe(200);
    const userRefused = await call(fixture, QUOTE, { key: 'pro-2' });
    expect(userRefused.status).toBe(429);
    expect(userRefused.headers.get('ratelimit')).toMatch(/^"pro";r=0;t=\d+$/);
  });

  it('holds one endpoint in all its versions to a limit of its own', async () => {
    fixture.auth.keys.set('any', { subject: 'u-any', client: 'k-any', role: 'service', scopes: ['read'] });
    expect((await call(fixture, '/api/v1/stocks/list', { key: 'any' })).status).toBe(200);
    const refused = await call(fixture, '/api/v2/stocks/list', { key: 'any' });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('ratelimit')).toMatch(/^"route:listStocks";r=0;t=\d+$/);
    expect((await call(fixture, QUOTE, { key: 'any' })).status).toBe(200);
    expect((await call(fixture, '/api/v1/stocks/list', { key: 'service-key' })).status).toBe(200);
  });

  it('takes a role without a plan of its own for a user', async () => {
    fixture.auth.keys.set('odd', { subject: 'u-odd', client: 'k-odd', role: 'constructor', scopes: ['read'] });
    expect((await call(fixture, QUOTE, { key: 'odd' })).headers.get('ratelimit-policy')).toBe('"user";q=2;w=4');
  });
});

describe('limits of all clients together', () => {
  const fixture = useGateway(({ rateLimits }) => ({
    rateLimits: {
      ...rateLimits,
      routes: { listStocks: { capacity: 2, refillPerSecond: 0.01, per: 'all' } },
      global: { capacity: 4, refillPerSecond: 0.01 },
    },
  }));

  it('are told of where they refuse, and cost the refused nothing', async () => {
    const listing = (key: string) => call(fixture, '/api/v1/stocks/list', { key });
    expect((await listing('user-key')).headers.get('ratelimit-policy')).toBe('"user";q=100;w=10');
    expect((await listing('service-key')).status).toBe(200);
    const refused = await listing('admin-key');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('ratelimit')).toMatch(/^"route:listStocks";r=0;t=\d+$/);
    for (let n = 0; n < 2; n++) expect((await call(fixture, QUOTE, { key: 'user-key' })).status).toBe(200);
    const over = await call(fixture, QUOTE, { key: 'user-key' });
    expect(over.status).toBe(429);
    expect(over.headers.get('ratelimit')).toMatch(/^"global";r=0;t=\d+$/);
  });
});

describe('guesses at keys', () => {
  const fixture = useGateway(({ rateLimits }) => ({
    rateLimits: { ...rateLimits, credentials: { capacity: 5, refillPerSecond: 0.01 } },
  }));

  it('stop reaching auth, while keys that have proved good go on', async () => {
    expect((await call(fixture, QUOTE, { key: 'user-key' })).status).toBe(200);
    const asked = fixture.fleet.auth.seen.length;
    const statuses = [];
    for (let n = 0; n < 20; n++) statuses.push((await call(fixture, QUOTE, { key: `guess-${n}` })).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(4);
    expect(statuses.filter((status) => status === 429)).toHaveLength(16);
    expect(fixture.fleet.auth.seen.length - asked).toBe(4);
    expect((await call(fixture, QUOTE, { key: 'user-key' })).status).toBe(200);
  });
});

describe('guesses at passwords', () => {
  const fixture = useGateway();

  it('stop reaching auth, whatever names they are for', async () => {
    const statuses = [];
    for (let n = 0; n < 30; n++) {
      const body = JSON.stringify({ username: `user-${n}`, password: 'guess' });
      statuses.push((await call(fixture, '/api/v1/auth/login', { ...login, body })).status);
    }
    const reached = fixture.fleet.auth.seen.length;
    // Ten at once, and some that came in meanwhile on a slow machine.
    expect(reached).toBeGreaterThanOrEqual(10);
    expect(reached).toBeLessThan(25);
    expect(statuses.filter((status) => status === 429)).toHaveLength(30 - reached);
  });
});

describe('/admin/limits', () => {
  const fixture = useGateway(({ rateLimits }) => ({
    rateLimits: {
      ...rateLimits,
      plans: {
        ...rateLimits.plans,
        anonymous: { capacity: 3, refillPerSecond: 0.001 },
        user: { capacity: 2, refillPerSecond: 0.001 },
      },
    },
  }));
  const admin = (method: string, client: string) =>
    call(fixture, `/admin/limits/${client}`, { method, key: 'admin-key' });

  it('shows what a user has left, and fills it', async () => {
    const { subject = '' } = IDENTITIES['user-key'] ?? {};
    expect((await admin('GET', subject)).body.data).toEqual({ client: subject, buckets: [] });
    for (let n = 0; n < 3; n++) await call(fixture, QUOTE, { key: 'user-key' });
    expect((await admin('GET', subject)).body.data).toMatchObject({
      buckets: [{ bucket: 'user', capacity: 2, refillPerSecond: 0.001, remaining: 0 }],
    });
    expect((await admin('DELETE', subject)).body.data).toEqual({ client: subject, reset: 1 });
    expect((await call(fixture, QUOTE, { key: 'user-key' })).status).toBe(200);
  });

  it('shows what an address has left', async () => {
    await call(fixture, '/api/v1/auth/login', login);
    expect((await admin('GET', '127.0.0.1')).body.data).toMatchObject({
      buckets: expect.arrayContaining([
        expect.objectContaining({ bucket: 'address', remaining: 2 }),
        expect.objectContaining({ bucket: 'route:login' }),
      ]),
    });
    expect((await admin('GET', '2001:db8::1')).body.data).toEqual({ client: '2001:db8::1', buckets: [] });
  });

  it('is for administrators alone', async () => {
    expect((await call(fixture, '/admin/limits/u1', { key: 'service-key' })).status).toBe(403);
    expect((await call(fixture, '/admin/limits/u1')).status).toBe(401);
    expect((await admin('GET', 'a%00b')).status).toBe(400);
  });
});
