import { describe, expect, it } from '@jest/globals';
import { problemSchema, V1_ENDPOINTS, V2_ENDPOINTS } from '@quotefleet/contracts';
import { call, useGateway } from './fleet-fixture.ts';
import { head, rawClient } from './raw-client.ts';

describe('what the gateway answers itself', () => {
  const fixture = useGateway(() => ({ corsOrigins: ['https://app.example'] }));
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(new URL(path, fixture.gateway.url), { headers, redirect: 'manual' });

  it.each([
    '/nothing',
    '/api/v1/nothing',
    '/API/v1/calendar',
    '/internal/api-keys/introspect',
    '/api/v1/../../internal',
    '//api/v1/calendar',
    '/api/v1/realtime/stock/',
    '/api/docs/assets/package.json',
    '/api/docs/assets/..%2fpackage.json',
    '/openapi/v9.json',
  ])('is a 404 in the envelope for %s', async (path) => {
    const client = await rawClient(fixture.gateway.url, head(`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: close'));
    await client.closed;
    expect(client.received()).toMatch(/^HTTP\/1.1 404/);
    expect(client.received()).toContain('"code":"NOT_FOUND"');
  });

  it.each([
    ['/api/v2/nothing', 404, 'NOT_FOUND'],
    ['/api/v2/stocks/list', 401, 'UNAUTHENTICATED'],
    ['/api/v2/ticks/%ff', 400, 'INVALID_ARGUMENT'],
  ])('is a problem for %s, since that is v2', async (path, status, code) => {
    const response = await get(path);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(problemSchema.parse(await response.json())).toMatchObject({ status, code });
    expect(response.status).toBe(status);
  });

  it('takes no method that an endpoint does not have', async () => {
    const refused = await call(fixture, '/api/v1/stocks/list', { method: 'DELETE', key: 'admin-key' });
    expect(refused).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } });
    expect(refused.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    const asked = await fetch(new URL('/api/v2/api-keys', fixture.gateway.url), { method: 'OPTIONS' });
    expect([asked.status, asked.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS, POST']);
  });

  it.each([
    ['an absolute target', head('GET http://evil/api/v1/calendar HTTP/1.1', 'Host: x', 'Connection: close'), 400],
    ['a path that cannot be decoded', head('GET /api/v1/ticks/%ff HTTP/1.1', 'Host: x', 'Connection: close'), 400],
    [
      'headers that disagree',
      head('GET / HTTP/1.1', 'Host: x', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
      400,
    ],
    ['no host', head('GET /api/v1/calendar HTTP/1.1', 'Connection: close'), 400],
    ['two hosts', head('GET /api/v1/calendar HTTP/1.1', 'Host: x', 'host: x', 'Connection: close'), 400],
    [
      'an expectation that there is not',
      head('GET /api/v1/calendar HTTP/1.1', 'Host: x', 'Expect: 200-ok', 'Connection: close'),
      400,
    ],
    ['no HTTP at all', 'hello there\r\n\r\n', 400],
    ['too large headers', head('GET / HTTP/1.1', 'Host: x', `X-Large: ${'x'.repeat(20_000)}`), 431],
  ])('refuses %s', async (_what, text, status) => {
    const client = await rawClient(fixture.gateway.url, text);
    await client.closed;
    expect(client.received()).toMatch(
      new RegExp(`^HTTP/1.1 ${status} (?:Bad Request|Request Header Fields Too Large)\r\n`),
    );
    const [, body = ''] = client.received().split('\r\n\r\n');
    expect(JSON.parse(body)).toMatchObject({ success: false, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });

  it('publishes the keys that tokens are verified by', async () => {
    const response = await fetch(new URL('/.well-known/jwks.json', fixture.gateway.url));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ keys: [expect.objectContaining({ kid: 'k', alg: 'EdDSA' })] });
  });

  it('words what it cannot parse as a problem where that is of v2', async () => {
    const start = 'GET /api/v2/stocks/list HTTP/1.1';
    const client = await rawClient(fixture.gateway.url, head(start, 'Host: x', `X-Large: ${'x'.repeat(20_000)}`));
    await client.closed;
    const [headers, body = ''] = client.received().split('\r\n\r\n');
    expect(headers).toContain('Content-Type: application/problem+json');
    expect(problemSchema.parse(JSON.parse(body))).toMatchObject({ status: 431, code: 'HEADERS_TOO_LARGE' });
  });

  it('leads people to the documents and programs to an index', async () => {
    const page = await get('/', { accept: 'text/html,*/*;q=0.8' });
    expect(page.headers.get('location')).toBe('/api/docs');
    expect(await (await get('/', { accept: '*/*' })).json()).toMatchObject({ openapi: { v2: '/openapi/v2.json' } });
  });

  it('serves documents of every endpoint', async () => {
    for (const [version, endpoints] of Object.entries({ v1: V1_ENDPOINTS, v2: V2_ENDPOINTS })) {
      const document = (await (await get(`/openapi/${version}.json`)).json()) as { paths: Record<string, object> };
      for (const { path, method } of endpoints) expect(document.paths[path]).toHaveProperty(method);
    }
    expect(await (await get('/asyncapi.json')).json()).toMatchObject({ asyncapi: '3.0.0' });
  });

  it('serves Swagger UI whole, under a policy that lets it run', async () => {
    const page = await get('/api/docs');
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toContain('upgrade-insecure-requests');
    const html = await page.text();
    expect(html).not.toMatch(/<script>/);
    const files = [...html.matchAll(/<(?:link|script)[^>]*(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? '');
    expect(files.length).toBeGreaterThanOrEqual(5);
    const types = await Promise.all(files.map(async (file) => (await get(file)).headers.get('content-type')));
    expect(types.map((type) => type?.split(';')[0]).sort()).toEqual([
      'image/png',
      'text/css',
      'text/css',
      'text/javascript',
      'text/javascript',
      'text/javascript',
    ]);
  });

  it('lets pages of listed origins in, and no others', async () => {
    const origin = 'https://app.example';
    const preflight = await fetch(new URL('/api/v1/stocks/list', fixture.gateway.url), {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-api-key' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('X-API-Key');
    expect((await get('/openapi/v1.json', { origin })).headers.get('access-control-allow-origin')).toBe(origin);
    expect((await get('/socket.io/?EIO=4', { origin })).headers.get('access-control-allow-origin')).toBe(origin);
    const other = await get('/openapi/v1.json', { origin: 'https://evil.example' });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect(other.headers.get('vary')).toContain('Origin');
  });
});
