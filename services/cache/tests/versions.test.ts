import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { problemSchema } from '@quotefleet/contracts';
import { type Fixture, headersOf, startFixture } from './fixture.ts';

const RANGE = 'historical/stock/600519.SH?end=2024-01-31&period=1d';
const V1 = `/api/v1/${RANGE}`;
const V2 = `/api/v2/${RANGE}`;

describe('versions and validators', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.stop());
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(fixture.url + path, { method, headers: { ...headersOf('user'), ...headers } });

  it('keeps the bare resources of v2 apart from the envelopes of v1', async () => {
    await fixture.get(V1);
    const first = await fixture.get(V2);
    const second = await fixture.get(V2);
    expect([first.source, second.source]).toEqual(['miss', 'hit']);
    expect(second.body).toEqual(first.body);
    expect(second.body).toMatchObject({ symbol: '600519.SH', fields: expect.any(Array), items: [expect.any(Array)] });
    expect((await fixture.get(V1)).body).toMatchObject({ code: 'OK', data: { bars: [{ close: 10 }] } });
  });

  it('answers the errors of either version in its form', async () => {
    const response = await ask('/api/v2/historical/stock/601398.SH');
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(problemSchema.parse(await response.json())).toMatchObject({
      ...{ code: 'NOT_FOUND', detail: 'no instrument 601398.SH' },
    });
    expect(await (await ask(`${V2}&limit=0`)).json()).toMatchObject({ status: 400, errors: [{ field: 'limit' }] });
    fixture.marketData.isDown = true;
    const down = await ask(V2);
    expect(down.headers.get('retry-after')).toBe('3');
    expect(await down.json()).toMatchObject({ status: 503, code: 'UNAVAILABLE', detail: 'down for the test' });
  });

  it.each([V1, V2])('answers 304 to who has the answer already: %s', async (path) => {
    const first = await ask(path);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[\w-]{27}"$/);
    expect(first.headers.get('vary')).toBe('Accept');
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    for (const tag of [etag, `"other", ${etag}`, etag.slice(2), '*']) {
      const again = await ask(path, { 'if-none-match': tag });
      expect(again.status).toBe(304);
      expect(again.headers.get('etag')).toBe(etag);
      expect(again.headers.get('vary')).toBe('Accept');
      expect(await again.text()).toBe('');
    }
    expect((await ask(path, { 'if-none-match': 'W/"other"' })).status).toBe(200);
    fixture.marketData.close = 11;
    await fixture.invalidate('600519.SH');
    const changed = await ask(path, { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  it.each([V1, V2])('answers a request for the head with the head alone: %s', async (path) => {
    const whole = await ask(path);
    const length = String((await whole.arrayBuffer()).byteLength);
    const head = await ask(path, {}, 'HEAD');
    expect(head.headers.get('content-length')).toBe(length);
    expect(head.headers.get('etag')).toBe(whole.headers.get('etag'));
    expect(await head.text()).toBe('');
  });

  it.each([V1, V2])('gives 502 for what is no answer of market-data: %s', async (path) => {
    fixture.marketData.answer = (_request, response) => void response.type('html').send('<h1>hello</h1>');
    expect(await fixture.get(path)).toMatchObject({ status: 502, body: { code: 'BAD_GATEWAY' } });
    fixture.marketData.answer = undefined;
    expect((await fixture.get(path)).source).toBe('miss');
  });
});
