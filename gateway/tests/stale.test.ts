import { afterEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { call, useGateway } from './fleet-fixture.ts';
import { sendJson } from './stub-fleet.ts';

const STOCKS = '/api/v1/stocks/list';
const QUOTE = '/api/v1/realtime/stock/600519.SH';
const ENVELOPE = { success: true, code: 'OK', message: 'ok', data: { items: [1.5] }, traceId: 't', timestamp: 'then' };

describe('the last good answer', () => {
  const fixture = useGateway((config) => ({ breaker: { ...config.breaker, failures: 3 } }));
  const answerWell = (body: unknown = ENVELOPE) => {
    fixture.fleet.cache.answer = (_request, response) => sendJson(response, 200, body);
  };
  const answerIll = () => {
    fixture.fleet.cache.answer = (_request, response) => sendJson(response, 503, { success: false });
  };
  const get = (path: string, key = 'admin-key') => call(fixture, path, { key });
  const closeBreaker = () =>
    call(fixture, '/admin/upstreams/cache', {
      method: 'POST',
      key: 'admin-key',
      body: JSON.stringify({ action: 'close-breaker', url: fixture.fleet.cache.url }),
      headers: { 'content-type': 'application/json' },
    });
  afterEach(async () => {
    if (!fixture.fleet.cache.server.listening) await fixture.fleet.cache.start();
    await closeBreaker();
  });

  it.each(['is unwell', 'is gone', 'is given a rest'])('stands in while the upstream %s', async (how) => {
    const path = `${STOCKS}?how=${how.length}`;
    answerWell();
    const fresh = await get(path);
    expect(fresh.body).toEqual(ENVELOPE);
    expect(fresh.headers.has('x-qf-stale')).toBe(false);

    answerIll();
    if (how === 'is gone') await fixture.fleet.cache.stop();
    if (how === 'is given a rest') for (let failure = 0; failure < 3; failure++) await get(QUOTE);
    fixture.fleet.cache.seen.length = 0;
    const stale = await get(path);
    expect(stale).toMatchObject({ status: 200, body: { ...ENVELOPE, message: 'stale' } });
    expect(Object.fromEntries(stale.headers)).toMatchObject({
      'x-qf-stale': '1',
      age: expect.stringMatching(/^\d+$/),
      warning: '110 - "Response is Stale"',
      'cache-control': 'no-store',
      'content-type': 'application/json',
    });
    expect(fixture.fleet.cache.seen).toHaveLength(how === 'is unwell' ? 1 : 0);
    const metrics = await (await fetch(`${fixture.gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/stale_answers_total{upstream="cache",.*} \d/);
  });

  it('stands in for the same question alone, by the same role', async () => {
    answerWell();
    await get(`${STOCKS}?page=1`);
    answerIll();
    expect((await get(`${STOCKS}?page=1`)).status).toBe(200);
    await closeBreaker();
    expect((await get(`${STOCKS}?page=2`)).status).toBe(503);
    expect((await get(`${STOCKS}?page=1`, 'user-key')).status).toBe(503);
    expect((await get(`${STOCKS}?page=1`, 'wrong')).status).toBe(401);
  });

  it('is none for prices of the moment, files, faults of the client, or answers that broke off', async () => {
    answerWell();
    await get(QUOTE);
    await fetch(`${fixture.gateway.url}${STOCKS}?format=csv`, { headers: { 'x-api-key': 'admin-key' } });
    fixture.fleet.cache.answer = (_request, response) => sendJson(response, 404, { code: 'NOT_FOUND' });
    await get(`${STOCKS}?page=404`);
    fixture.fleet.cache.answer = (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"half":', () => request.socket.destroy());
    };
    await expect(get(`${STOCKS}?page=half`)).rejects.toThrow();
    answerIll();
    for (const path of [QUOTE, `${STOCKS}?format=csv`, `${STOCKS}?page=404`, `${STOCKS}?page=half`]) {
      expect((await get(path)).status).toBe(503);
      await closeBreaker();
    }
  });

  it('is compressed like any other, and follows what comes new', async () => {
    const path = `${STOCKS}?long=1`;
    answerWell({ ...ENVELOPE, data: 'x'.repeat(5000) });
    await get(path);
    answerIll();
    const response = await fetch(fixture.gateway.url + path, {
      headers: { 'x-api-key': 'admin-key', 'accept-encoding': 'gzip' },
    });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(JSON.parse(await response.text())).toMatchObject({ message: 'stale' });

    await closeBreaker();
    answerWell({ ...ENVELOPE, data: 'new' });
    // A copy is kept for a second before another takes its place.
    await waitUntil(async () => {
      answerWell({ ...ENVELOPE, data: 'new' });
      await get(path);
      answerIll();
      return (await get(path)).body.data?.toString() === 'new';
    });
  });

  it('keeps nothing that is too large', async () => {
    answerWell({ ...ENVELOPE, data: 'x'.repeat(300_000) });
    await get(`${STOCKS}?large=1`);
    answerIll();
    expect((await get(`${STOCKS}?large=1`)).status).toBe(503);
  });
});
