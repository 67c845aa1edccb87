import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ERROR_STATUS, type ErrorCode, errorEnvelopeSchema, problemSchema } from '@quotefleet/contracts';
import { useGateway } from './fleet-fixture.ts';
import { sendJson } from './stub-fleet.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const raw =
  (text: string): Answer =>
  (request) =>
    void request.socket.end(text);
const page =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<h1>nginx/1.2</h1>');
const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    sendJson(response, status, body);
  };

/** By the pool and by the stream, in v1 and in v2. */
const CALLS = [
  ['GET', '/api/v1/realtime/stock/600519.SH', 'cache'],
  ['GET', '/api/v2/realtime/stock/600519.SH', 'cache'],
  ['POST', '/api/v1/ingest/ticks', 'market-data'],
  ['POST', '/api/v2/ingest/ticks', 'market-data'],
] as const;

describe.each(CALLS)('%s %s', (method, path, upstream) => {
  const fixture = useGateway((config) => ({ breaker: { ...config.breaker, failures: 1_000_000 } }));
  afterEach(() => {
    fixture.fleet[upstream].answer = json(200, {});
  });

  async function call(answerWith: Answer) {
    fixture.fleet[upstream].answer = answerWith;
    const init = method === 'POST' ? { method, body: '{"ticks":[]}' } : { method };
    const headers = { 'x-api-key': 'service-key', 'content-type': 'application/json' };
    const response = await fetch(new URL(path, fixture.gateway.url), { ...init, headers });
    const body: unknown = await response.json();
    const isV2 = path.startsWith('/api/v2/');
    const { code, traceId, ...rest } = (isV2 ? problemSchema.strict() : errorEnvelopeSchema.strict()).parse(body);
    const text = 'message' in rest ? rest.message : rest.detail;
    const type = isV2 ? 'application/problem+json' : 'application/json';
    expect(response.headers.get('content-type')).toContain(type);
    expect(response.status).toBe(ERROR_STATUS[code as ErrorCode]);
    expect(traceId).toBe(response.headers.get('x-trace-id'));
    const retryAfter = response.headers.get('retry-after');
    return { code, text, retryAfter, headers: response.headers, rest };
  }

  it.each<[string, Answer]>([
    ['closes at once', (request) => request.socket.destroy()],
    ['resets in the middle of its headers', raw('HTTP/1.1 200 OK\r\nContent-Ty')],
    ['does not speak HTTP', raw('hello there\r\n\r\n')],
    ['has a status that is none', raw('HTTP/1.1 xyz\r\n\r\n')],
    ['says two lengths', raw('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab')],
    ['has 40 KB of headers', raw(`HTTP/1.1 200 OK\r\nX-Large: ${'x'.repeat(40_000)}\r\nContent-Length: 0\r\n\r\n`)],
    ['changes the protocol', raw('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')],
    ['breaks off within an error', raw('HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\n{"succ')],
    ['shows the page of a proxy', page(502)],
    ['fails with a page', page(500)],
    ['fails with a status nobody knows', page(599)],
  ])('is a bad gateway where the upstream %s', async (_what, answerWith) => {
    const { code, text, retryAfter } = await call(answerWith);
    expect({ code, retryAfter }).toEqual({ code: 'BAD_GATEWAY', retryAfter: '1' });
    expect(text).toMatch(new RegExp(`^${upstream} .*try again$`));
  });

  it.each<[string, Answer, ErrorCode, string | null]>([
    ['a page of 503', page(503, { 'retry-after': '9' }), 'UNAVAILABLE', '9'],
    ['a page of 504', page(504), 'TIMEOUT', '1'],
    ['JSON of 500', json(500, { timestamp: 1, error: 'java.lang.NullPointerException' }), 'INTERNAL', null],
    ['a page of 404', page(404), 'NOT_FOUND', null],
    ['a page of 413', page(413), 'TOO_LARGE', null],
    ['a page of 429', page(429, { 'retry-after': '5' }), 'RATE_LIMITED', '5'],
    ['JSON that is cut off', json(404, '{"success":false,'), 'NOT_FOUND', null],
    [
      'JSON of another software',
      json(422, { detail: [{ loc: ['body'], msg: 'field required' }] }),
      'INVALID_ARGUMENT',
      null,
    ],
    ['a megabyte of JSON', json(400, { text: 'x'.repeat(1_000_000) }), 'INVALID_ARGUMENT', null],
    ['no body', (_request, response) => void response.writeHead(409).end(), 'CONFLICT', null],
    [
      'our form under another status',
      json(400, { success: false, code: 'NOT_FOUND', message: 'x' }),
      'INVALID_ARGUMENT',
      null,
    ],
  ])('keeps the meaning of %s, and none of its words', async (_what, answerWith, code, retryAfter) => {
    const answered = await call(answerWith);
    expect(answered).toMatchObject({ code, retryAfter });
    expect(JSON.stringify(answered.rest)).not.toMatch(/nginx|loc|java|xxxx/);
  });

  const errors = [{ field: 'symbol', message: 'unknown' }];
  it.each<[string, unknown]>([
    ['an envelope', { success: false, code: 'NOT_FOUND', message: 'unknown symbol', data: { errors } }],
    ['a problem', { type: 'x:y', title: 'x', status: 404, code: 'NOT_FOUND', detail: 'unknown symbol', errors }],
  ])('gives the words of %s of ours in the form of its version', async (_what, body) => {
    const { code, text, rest, headers } = await call(json(404, body, { allow: 'GET' }));
    expect({ code, text }).toEqual({ code: 'NOT_FOUND', text: 'unknown symbol' });
    expect('data' in rest ? rest.data : rest).toMatchObject({ errors });
    expect(headers.get('allow')).toBe('GET');
  });

  it('does not take what comes before an answer for the answer', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n';
    const { code } = await call(
      raw(`${early}HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`),
    );
    expect(code).toBe('NOT_FOUND');
  });
});

describe('an error that is asked for by its head', () => {
  const fixture = useGateway();

  it.each([
    [404, 'application/json', 404],
    [502, 'text/html', 502],
  ])('is %s for %s', async (status, type, expected) => {
    fixture.fleet.cache.answer = (_request, response) =>
      void response.writeHead(status, { 'content-type': type }).end();
    const init = { method: 'HEAD', headers: { 'x-api-key': 'user-key' } };
    const response = await fetch(new URL('/api/v1/realtime/stock/600519.SH', fixture.gateway.url), init);
    expect(response.status).toBe(expected);
    expect(response.headers.get('content-type')).toContain('application/json');
  });
});

describe('an endpoint that another specification words the errors of', () => {
  const fixture = useGateway();

  it('keeps them, but for what is no JSON', async () => {
    const body = 'grant_type=password';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const ask = () => fetch(new URL('/api/v1/oauth/token', fixture.gateway.url), { method: 'POST', body, headers });
    fixture.fleet.auth.answer = json(400, { error: 'invalid_grant' });
    const refused = await ask();
    expect([refused.status, await refused.json()]).toEqual([400, { error: 'invalid_grant' }]);
    fixture.fleet.auth.answer = page(502);
    expect(await (await ask()).json()).toMatchObject({ success: false, code: 'BAD_GATEWAY' });
  });
});
