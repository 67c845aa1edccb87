import { describe, expect, it } from '@jest/globals';
import { call, useGateway } from './fleet-fixture.ts';

const QUOTE = '/api/v1/realtime/stock/600519.SH';

describe('limits per client', () => {
  const fixture = useGateway((config) => ({
    limits: {
      ...config.limits,
      anonymous: { name: 'anonymous', capacity: 3, refillPerSecond: 0.1 },
      user: { name: 'user', capacity: 2, refillPerSecond: 0.5 },
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

  it('counts sign-ins and wrong keys by address', async () => {
    const login = () => call(fixture, '/api/v1/auth/login', { method: 'POST', body: '{}' });
    expect((await login()).status).toBe(200);
    expect((await call(fixture, QUOTE, { key: 'wrong' })).status).toBe(401);
    expect((await login()).status).toBe(200);
    expect((await login()).status).toBe(429);
    expect((await call(fixture, QUOTE, { key: 'wrong' })).status).toBe(429);
    expect((await call(fixture, QUOTE, { key: 'service-key' })).status).toBe(200);
  });
});
