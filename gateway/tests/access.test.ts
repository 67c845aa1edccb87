import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY } from '@quotefleet/access';
import { createEvent, type FunctionRule, TOPICS } from '@quotefleet/contracts';
import { waitUntil } from '@quotefleet/testing';
import { call, useGateway } from './fleet-fixture.ts';
import { sendJson } from './stub-fleet.ts';

const BARS = '/api/v1/historical/stock/600519.SH';
const LIVE_MS = 1000;

describe('the access policy at the gateway', () => {
  const fixture = useGateway((config) => ({
    rateLimits: {
      ...config.rateLimits,
      plans: { ...config.rateLimits.plans, anonymous: { capacity: 1000, refillPerSecond: 1000 } },
    },
  }));
  const statusOf = async (path: string, key = 'user-key') => (await call(fixture, path, { key })).status;

  /** Changes the policy as auth does: the bus tells of it, and whoever asks gets it. */
  async function addRules(...rules: Omit<FunctionRule, 'id'>[]): Promise<void> {
    const { access } = fixture.auth;
    const added = rules.map((rule, at) => ({ ...rule, id: `added-${at}` }));
    access.version += 1;
    access.policy = { ...DEFAULT_POLICY, functions: [...DEFAULT_POLICY.functions, ...added] };
    const event = createEvent('auth.policy', { version: access.version });
    await fixture.bus.publish(TOPICS.authPolicy, [{ key: 'policy', value: event }]);
  }

  it('takes a right away and gives it back while calls go on, within a second', async () => {
    expect(await statusOf(BARS)).toBe(200);
    const started = performance.now();
    await addRules({ role: 'user', resource: 'historicalStock', action: '*', effect: 'deny' });
    await waitUntil(async () => (await statusOf(BARS)) === 403);
    expect(performance.now() - started).toBeLessThan(LIVE_MS);
    expect(await statusOf('/api/v2/historical/stock/600519.SH')).toBe(403);
    expect(await statusOf('/api/v1/historical/index/000300.SH')).toBe(200);
    const refused = await call(fixture, BARS, { key: 'user-key' });
    expect(refused.body).toMatchObject({
      code: 'FORBIDDEN',
      message: 'the role user may not call historicalStock (read): the rule added-0 denies it',
    });
    await addRules();
    await waitUntil(async () => (await statusOf(BARS)) === 200);
  });

  it('gives a role no more than the token or key carries', async () => {
    fixture.auth.keys.set('narrow', { subject: 'a2', client: 'k8', role: 'admin', scopes: ['read'] });
    const refused = await call(fixture, '/api/v1/policies', { key: 'narrow' });
    expect(refused).toMatchObject({ status: 403, body: { message: 'this endpoint needs the scope admin' } });
    expect(await statusOf('/api/v1/policies', 'admin-key')).toBe(200);
    expect(await statusOf('/api/v1/policies', 'service-key')).toBe(403);
  });

  it('refuses whom no rule allows and roles that are not known', async () => {
    fixture.auth.keys.set('trial', { subject: 'u5', client: 'k5', role: 'trial', scopes: ['read'] });
    fixture.auth.keys.set('gone', { subject: 'u6', client: 'k6', role: 'gone', scopes: ['read'] });
    expect(await statusOf(BARS, 'trial')).toBe(200);
    const market = await call(fixture, '/api/v2/realtime/market', { key: 'trial' });
    expect(market).toMatchObject({ status: 403, body: { detail: expect.stringContaining('trial-no-snapshot') } });
    expect((await call(fixture, BARS, { key: 'gone' })).body.message).toBe('the role gone is not known');
  });

  it('can close what is open to everybody', async () => {
    const init = { method: 'POST', body: '{"username":"alice","password":"1234567890"}' };
    const register = () =>
      call(fixture, '/api/v1/auth/register', { ...init, headers: { 'content-type': 'application/json' } });
    expect((await register()).status).not.toBe(403);
    await addRules({ role: 'anonymous', resource: 'registerUser', action: '*', effect: 'deny' });
    await waitUntil(async () => (await register()).status === 403);
    await addRules();
    await waitUntil(async () => (await register()).status !== 403);
  });

  it('hands on what services say that they have held back', async () => {
    const { answer } = fixture.fleet.cache;
    const said = { 'X-QF-Clamped': 'start=2026-01-01', 'X-QF-Delayed': '900', 'X-QF-Refused': '00700.HK' };
    fixture.fleet.cache.answer = (_request, response) => {
      for (const [name, value] of Object.entries(said)) response.setHeader(name, value);
      sendJson(response, 200, {});
    };
    const { headers } = await call(fixture, BARS, { key: 'user-key' });
    expect(Object.keys(said).map((name) => headers.get(name))).toEqual(Object.values(said));
    fixture.fleet.cache.answer = answer;
  });

  it('holds while auth is away', async () => {
    await addRules({ role: 'user', resource: 'listTicks', action: '*', effect: 'deny' });
    const ticks = '/api/v1/ticks/600519.SH';
    await waitUntil(async () => (await statusOf(ticks)) === 403);
    const answer = fixture.fleet.auth.answer;
    fixture.fleet.auth.answer = (_request, response) => sendJson(response, 500, {});
    await addRules();
    expect(await statusOf(ticks)).toBe(403);
    fixture.fleet.auth.answer = answer;
    await waitUntil(async () => (await statusOf(ticks)) === 200);
  });
});
