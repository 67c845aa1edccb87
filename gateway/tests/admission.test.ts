import { beforeEach, describe, expect, it } from '@jest/globals';
import { createEvent, TOPICS } from '@quotefleet/contracts';
import { waitUntil } from '@quotefleet/testing';
import { call, useGateway } from './fleet-fixture.ts';
import { IDENTITIES, sendJson } from './stub-fleet.ts';

const QUOTE = '/api/v1/realtime/stock/600519.SH';
const HOUR_S = 3600;

describe('who may call', () => {
  const fixture = useGateway((config) => ({
    rateLimits: {
      ...config.rateLimits,
      plans: { ...config.rateLimits.plans, anonymous: { capacity: 1000, refillPerSecond: 1000 } },
    },
  }));
  beforeEach(() => {
    for (const stub of Object.values(fixture.fleet)) stub.seen.length = 0;
  });
  const identitySeen = () => {
    const header = fixture.fleet.cache.seen.at(-1)?.headers['x-qf-identity'];
    return JSON.parse(Buffer.from(String(header), 'base64url').toString()) as unknown;
  };

  it('passes a call with an API key on, with the identity behind it and without the key', async () => {
    const { status, body } = await call(fixture, `${QUOTE}?x=1`, { key: 'user-key' });
    expect(status).toBe(200);
    expect(body.data).toEqual({ url: `${QUOTE}?x=1` });
    expect(identitySeen()).toEqual(IDENTITIES['user-key']);
    expect(fixture.fleet.cache.seen.at(-1)?.headers).not.toHaveProperty('x-api-key');
  });

  it('passes a call with an access token on', async () => {
    const exp = Math.floor(Date.now() / 1000) + HOUR_S;
    const token = await fixture.auth.sign({ sub: 'u9', role: 'user', scopes: ['read'], exp });
    const { status } = await call(fixture, QUOTE, { headers: { authorization: `Bearer ${token}` } });
    expect(status).toBe(200);
    expect(identitySeen()).toEqual({
      ...{ subject: 'u9', client: 'u9', role: 'user', scopes: ['read'] },
      expiresAt: expect.any(Number),
    });
    expect(fixture.fleet.cache.seen.at(-1)?.headers).not.toHaveProperty('authorization');
  });

  it('refuses calls without credentials or with wrong ones, and says how to bring them', async () => {
    for (const headers of [{}, { 'x-api-key': 'wrong' }, { 'x-api-key': '' }, { authorization: 'Basic dTpw' }]) {
      const answer = await call(fixture, QUOTE, { headers: headers as Record<string, string> });
      expect(answer).toMatchObject({ status: 401, body: { success: false, code: 'UNAUTHENTICATED' } });
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    }
    expect(fixture.fleet.cache.seen).toHaveLength(0);
  });

  it('refuses tokens that are expired, early, for others, unsigned or signed by another method', async () => {
    const now = Math.floor(Date.now() / 1000);
    const good = { sub: 'u9', role: 'admin', scopes: ['read', 'write', 'admin'], exp: now + HOUR_S };
    const { sign } = fixture.auth;
    const [, payload] = (await sign(good)).split('.');
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const tokens = [
      await sign({ ...good, exp: now - 60 }),
      await sign({ ...good, nbf: now + HOUR_S }),
      await sign({ ...good, iss: 'somebody' }),
      await sign({ ...good, aud: 'else' }),
      await sign({ ...good, role: 'Not A Role' }),
      await sign({ sub: 'u9', role: 'admin', scopes: ['admin'] }),
      await sign(good, { kid: 'unknown' }),
      `${part({ alg: 'none' })}.${payload}.`,
      `${part({ alg: 'HS256', kid: 'k' })}.${payload}.${part({ any: 'signature' })}`,
      'a.b.c',
    ];
    for (const token of tokens) {
      const { status } = await call(fixture, QUOTE, { headers: { authorization: `Bearer ${token}` } });
      expect(status).toBe(401);
    }
  });

  it('believes no identity that a client brings', async () => {
    const forged = Buffer.from(JSON.stringify(IDENTITIES['admin-key'])).toString('base64url');
    expect((await call(fixture, QUOTE, { headers: { 'x-qf-identity': forged } })).status).toBe(401);
    await call(fixture, QUOTE, { key: 'user-key', headers: { 'x-qf-identity': forged } });
    expect(identitySeen()).toEqual(IDENTITIES['user-key']);
  });

  it('refuses a call whose scope the caller lacks', async () => {
    const refused = await call(fixture, '/api/v1/sync/status', { key: 'service-key' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect((await call(fixture, '/api/v1/sync/status', { key: 'admin-key' })).status).toBe(200);
    const ingest = { method: 'POST', body: '{"ticks":[]}', headers: { 'content-type': 'application/json' } };
    expect((await call(fixture, '/api/v1/ingest/ticks', { ...ingest, key: 'user-key' })).status).toBe(403);
    expect((await call(fixture, '/api/v1/ingest/ticks', { ...ingest, key: 'service-key' })).status).toBe(200);
  });

  it('lets anybody register and sign in', async () => {
    const body = '{"username":"alice","password":"x"}';
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
    expect((await call(fixture, '/api/v1/auth/login', init)).body.data).toBe(body);
  });

  it('asks auth about a key once, and again as soon as it is revoked', async () => {
    fixture.auth.keys.set('short-lived', { subject: 'u2', client: 'k9', role: 'user', scopes: ['read'] });
    const together = await Promise.all(Array.from({ length: 5 }, () => call(fixture, QUOTE, { key: 'short-lived' })));
    expect(together.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(fixture.fleet.auth.seen).toHaveLength(1);

    fixture.auth.keys.delete('short-lived');
    expect((await call(fixture, QUOTE, { key: 'short-lived' })).status).toBe(200);
    const event = createEvent('auth.revoked', { kind: 'api-key', id: 'k9' });
    await fixture.bus.publish(TOPICS.authRevoked, [{ key: 'k9', value: event }]);
    await waitUntil(async () => (await call(fixture, QUOTE, { key: 'short-lived' })).status === 401);
  });

  it('says that auth is not there rather than that a key is wrong', async () => {
    const answer = fixture.fleet.auth.answer;
    fixture.fleet.auth.answer = (_request, response) => sendJson(response, 500, { oh: 'no' });
    const failed = await call(fixture, QUOTE, { key: 'not-seen-before' });
    expect(failed).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect(failed.headers.get('retry-after')).toBe('1');
    fixture.fleet.auth.answer = answer;
  });
});
