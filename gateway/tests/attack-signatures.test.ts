import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createEvent, TOPICS } from '@quotefleet/contracts';
import { waitUntil } from '@quotefleet/testing';
import { call, useGateway } from './fleet-fixture.ts';
import { KEY_ID, playSigningKey, signedHeaders } from './sign-request.ts';
import { sendJson } from './stub-fleet.ts';
import { wideLimits } from './wide-limits.ts';

const QUOTE = '/api/v1/realtime/stock/600519.SH';
const LIST = '/api/v1/stocks/list?limit=5&board=a%20b';
const INGEST = '/api/v1/ingest/ticks';
const KEYS = '/api/v1/api-keys';
const JSON_TYPE = { 'content-type': 'application/json' };

describe('signed requests', () => {
  const fixture = useGateway(wideLimits);
  let key: ReturnType<typeof playSigningKey>;
  let stored: string[];
  beforeAll(() => {
    key = playSigningKey(fixture.fleet.auth);
    fixture.fleet['market-data'].answer = async (request, response) => {
      // The gateway asks how it is.
      if (request.method !== 'POST') return sendJson(response, 200, { ready: true });
      // An upstream commits what it has when the body is whole.
      const body = await text(request).catch(() => undefined);
      if (body === undefined) return;
      stored.push(body);
      sendJson(response, 202, { success: true });
    };
  });
  beforeEach(() => {
    stored = [];
    for (const stub of Object.values(fixture.fleet)) stub.seen.length = 0;
  });
  const get = (target: string, headers: Record<string, string>) => call(fixture, target, { headers });
  const post = (target: string, body: string, headers: Record<string, string>) =>
    call(fixture, target, { method: 'POST', body, headers: { ...JSON_TYPE, ...headers } });

  it('pass with the identity of the key, whose secret is looked up once', async () => {
    for (const target of [QUOTE, LIST]) expect((await get(target, signedHeaders({ target }))).status).toBe(200);
    expect(key.lookUps()).toBe(1);
    const header = fixture.fleet.cache.seen.at(-1)?.headers['x-qf-identity'];
    const identity = Buffer.from(String(header), 'base64url').toString();
    expect(JSON.parse(identity)).toMatchObject({ role: 'service', client: KEY_ID });
  });

  it('are taken once: a replay is refused, by many at a time too', async () => {
    const headers = signedHeaders({ target: QUOTE });
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await get(QUOTE, headers)).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(await get(QUOTE, headers)).toMatchObject({ status: 401, body: { message: 'the nonce was used before' } });
  });

  it.each([
    ['another method', { method: 'POST' }],
    ['another path', { target: '/api/v1/realtime/stock/000001.SZ' }],
    ['another query', { target: `${QUOTE}?x=1` }],
    ['another body', { body: 'x' }],
    ['another secret', { secret: 'a-signing-secret-of-more-than-32-charactert' }],
    ['another key', { key: '3f0e2a44-9f6c-4f0e-8a53-0d6f3c0b7a12' }],
    ['a time half a minute ago', { timestamp: Date.now() - 31_000 }],
    ['a time half a minute ahead', { timestamp: Date.now() + 60_000 }],
  ])('are refused when they were made for %s', async (_what, signing) => {
    const answer = await get(QUOTE, signedHeaders({ target: QUOTE, ...signing }));
    expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    expect(fixture.fleet.cache.seen).toHaveLength(0);
  });

  it.each([
    ['x-qf-signature', ''],
    ['x-qf-signature', 'ab'],
    ['x-qf-signature', 'Z'.repeat(64)],
    ['x-qf-nonce', 'short'],
    ['x-qf-nonce', '../../../../../../x'],
    ['x-qf-timestamp', '1e12'],
    ['x-qf-timestamp', '99999999999999999'],
    ['x-qf-key', 'x'],
    ['x-qf-content-sha256', 'x'],
  ])('are refused with a malformed %s: %p', async (name, value) => {
    expect((await get(QUOTE, { ...signedHeaders({ target: QUOTE }), [name]: value })).status).toBe(401);
  });

  it('do not use a nonce up for the one who holds the secret when somebody else guesses', async () => {
    const nonce = 'a-nonce-that-both-use';
    const wrong = { target: QUOTE, nonce, secret: 'a-signing-secret-of-more-than-32-charactert' };
    expect((await get(QUOTE, signedHeaders(wrong))).status).toBe(401);
    expect((await get(QUOTE, signedHeaders({ target: QUOTE, nonce }))).status).toBe(200);
  });

  it('have JSON bodies checked before anything is passed on', async () => {
    const body = '{"name":"mine"}';
    const signed = () => signedHeaders({ method: 'POST', target: KEYS, body });
    expect((await post(KEYS, body, signed())).status).toBe(200);
    const asked = fixture.fleet.auth.seen.length;
    expect((await post(KEYS, '{"name":"your"}', signed())).status).toBe(401);
    expect(fixture.fleet.auth.seen).toHaveLength(asked);
  });

  it('have streamed bodies checked before their end is passed on', async () => {
    const body = `{"ticks":[${'1,'.repeat(200_000)}1]}`;
    const signed = () => signedHeaders({ method: 'POST', target: INGEST, body });
    expect((await post(INGEST, body, signed())).status).toBe(202);
    expect(stored).toEqual([body]);
    for (const other of [body.replace('1]}', '2]}'), body.replace('[1', '[2'), `${body} `, body.slice(0, -1), '']) {
      const answer = await post(INGEST, other, signed());
      expect(answer).toMatchObject({ status: 401, body: { message: 'the body is not the one that was signed' } });
    }
    expect(stored).toEqual([body]);
    const { connections } = fixture.fleet['market-data'];
    await waitUntil(() => connections.size <= 1);
  });

  it('have chunked bodies checked too', async () => {
    const headers = { ...JSON_TYPE, ...signedHeaders({ method: 'POST', target: INGEST, body: '{"ticks":[1]}' }) };
    const request = httpRequest(new URL(INGEST, fixture.gateway.url), { method: 'POST', headers });
    request.write('{"ticks":');
    request.end('[2]}');
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(401);
    response.resume();
    expect(stored).toEqual([]);
  });

  it('do not trip the breaker of the upstream with bodies that are not theirs', async () => {
    for (let call = 0; call < 10; call++)
      await post(INGEST, '[2]', signedHeaders({ method: 'POST', target: INGEST, body: '[1]' }));
    const signed = signedHeaders({ method: 'POST', target: INGEST, body: '[1]' });
    expect((await post(INGEST, '[1]', signed)).status).toBe(202);
  });

  it('stop being taken as soon as the key is revoked', async () => {
    key.revoke();
    expect((await get(QUOTE, signedHeaders({ target: QUOTE }))).status).toBe(200);
    const event = createEvent('auth.revoked', { kind: 'api-key', id: KEY_ID });
    await fixture.bus.publish(TOPICS.authRevoked, [{ key: KEY_ID, value: event }]);
    await waitUntil(async () => (await get(QUOTE, signedHeaders({ target: QUOTE }))).status === 401);
  });
});
