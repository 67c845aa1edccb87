import { beforeEach, describe, expect, it } from '@jest/globals';
import { call, useGateway } from './fleet-fixture.ts';
import { head, rawClient } from './raw-client.ts';
import { wideLimits } from './wide-limits.ts';

const QUOTE = '/api/v1/realtime/stock/600519.SH';
const LIST = '/api/v1/stocks/list';
const LOGIN = '/api/v1/auth/login';

describe('malformed and hostile requests', () => {
  const fixture = useGateway(wideLimits);
  beforeEach(() => {
    for (const stub of Object.values(fixture.fleet)) stub.seen.length = 0;
  });
  const passedOn = () => fixture.fleet.cache.seen.length + fixture.fleet['market-data'].seen.length;
  const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    call(fixture, path, {
      method: 'POST',
      body,
      key: 'admin-key',
      headers: { 'content-type': 'application/json', ...headers },
    });
  async function raw(...lines: string[]): Promise<string> {
    const client = await rawClient(
      fixture.gateway.url,
      head(...lines, 'Host: x', 'X-API-Key: admin-key', 'Connection: close'),
    );
    await client.closed;
    return client.received();
  }

  it.each([
    ['a parameter given twice', `${LIST}?limit=1&limit=2`, 'limit'],
    ['a parameter given twice, once encoded', `${LIST}?limit=1&%6cimit=2`, 'limit'],
    ['__proto__', `${LIST}?__proto__=1`, '__proto__'],
    ['__proto__, encoded', `${LIST}?__%70roto__=1`, '__proto__'],
    ['constructor', `${LIST}?constructor=1`, 'constructor'],
    ['prototype', `${LIST}?prototype=1`, 'prototype'],
    ['broken percent encoding', `${LIST}?board=%zz`, 'board'],
    ['UTF-8 that is none', `${LIST}?board=%c3%28`, 'board'],
    ['overlong UTF-8', `${LIST}?board=%c0%ae`, 'board'],
    ['NUL in the query', `${LIST}?board=a%00b`, 'board'],
    ['NUL in the path', '/api/v1/ticks/60%000519', 'path'],
    ['a value out of its range', `${LIST}?limit=0`, 'limit'],
    ['a word for a number', `${LIST}?limit=many`, 'limit'],
    ['a format that is not known', `${LIST}?format=xml`, 'format'],
    ['a symbol that is too long', `/api/v1/ticks/${'6'.repeat(40)}`, 'symbol'],
    ['a table that no table is called', '/api/v1/stocks/list?fields=', 'fields'],
  ])('are refused by the field at fault: %s', async (_what, path, field) => {
    const answer = await call(fixture, path, { key: 'admin-key' });
    expect(answer).toMatchObject({ status: 400, body: { success: false, code: 'INVALID_ARGUMENT' } });
    expect(answer.body.data?.errors?.map((error) => error.field)).toEqual([field]);
    const problem = await fetch(new URL(path.replace('/v1/', '/v2/'), fixture.gateway.url), {
      headers: { 'x-api-key': 'admin-key' },
    });
    expect(problem.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await problem.json()).toMatchObject({ status: 400, errors: [{ field }] });
    expect(passedOn()).toBe(0);
  });

  it.each([
    ['a target with raw bytes', ['GET /api/v1/ticks/\xff HTTP/1.1'], 400],
    ['a fragment', [`GET ${LIST}#x HTTP/1.1`], 400],
    ['a backslash', ['GET /api/v1\\stocks\\list# HTTP/1.1'], 400],
    ['a target above 8 KB', [`GET ${LIST}?board=${'x'.repeat(8200)} HTTP/1.1`], 414],
    ['headers without end', [`GET ${QUOTE} HTTP/1.1`, ...Array.from({ length: 150 }, (_, at) => `X-${at}: 1`)], 431],
    ['a header of 9 KB', [`GET ${QUOTE} HTTP/1.1`, `X-Large: ${'x'.repeat(9000)}`], 431],
    [
      'more than 100 parameters',
      [`GET ${LIST}?${Array.from({ length: 101 }, (_, at) => `p${at}=1`).join('&')} HTTP/1.1`],
      400,
    ],
  ])('are refused before anything is asked: %s', async (_what, lines, status) => {
    expect(await raw(...lines)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(passedOn()).toBe(0);
  });

  it.each([
    ['__proto__', '{"__proto__":{"admin":true},"username":"alice","password":"x"}', '__proto__'],
    ['__proto__, escaped', '{"\\u005f_proto__":1,"username":"alice","password":"x"}', '__proto__'],
    ['constructor', '{"username":{"constructor":{"prototype":1}},"password":"x"}', 'username.constructor'],
    ['a field that is not in the contract', '{"username":"alice","password":"x","role":"admin"}', 'role'],
    ['a field that is missing', '{"username":"alice"}', 'password'],
    ['NUL', '{"username":"a\\u0000b","password":"x"}', 'username'],
    ['no JSON', '{"username":', 'body'],
    ['deep nesting', `{"username":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, undefined],
  ])('are refused with their bodies unread by auth: %s', async (_what, body, field) => {
    const asked = fixture.fleet.auth.seen.length;
    const answer = await post(LOGIN, body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_ARGUMENT' } });
    const fields = answer.body.data?.errors?.map((error) => error.field);
    if (field === undefined) expect(fields?.[0]).toMatch(/^username/);
    else expect(fields).toEqual([field]);
    expect(fixture.fleet.auth.seen).toHaveLength(asked);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('are refused where a body is no UTF-8, of another type, or too large', async () => {
    const malformed = Buffer.concat([
      Buffer.from('{"username":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('","password":"x"}'),
    ]);
    expect(await post(LOGIN, malformed)).toMatchObject({ status: 400, body: { code: 'INVALID_ARGUMENT' } });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await post(LOGIN, 'username=alice', form)).toMatchObject({ status: 415 });
    expect(await post(LOGIN, '{}', { 'content-type': 'application/json; charset=utf-16' })).toMatchObject({
      status: 415,
    });
    const large = JSON.stringify({ username: 'alice', password: 'x'.repeat(70_000) });
    expect(await post(LOGIN, large)).toMatchObject({ status: 413, body: { code: 'TOO_LARGE' } });
  });

  it('take a whole access policy, as large as it may be', async () => {
    const value = '6*.SH'.padEnd(64, '?');
    const rows = Array.from({ length: 5000 }, (_, index) => {
      return { id: `row-${index}`.padEnd(64, 'x'), role: 'trial', kind: 'symbol', value, effect: 'allow' };
    });
    const put = (policy: object) =>
      call(fixture, '/api/v1/policies?version=1', {
        method: 'PUT',
        key: 'admin-key',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(policy),
      });
    expect(await put({ roles: [], functions: [], rows })).toMatchObject({ status: 200 });
    expect(await put({ roles: [], functions: [], rows: [...rows, ...rows, ...rows] })).toMatchObject({ status: 413 });
  });

  it('carry every answer with headers that leave a browser nothing to misread', async () => {
    for (const path of [QUOTE, '/nothing', '/health/live', '/openapi/v1.json']) {
      const { headers } = await fetch(new URL(path, fixture.gateway.url));
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('strict-transport-security')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });
});
