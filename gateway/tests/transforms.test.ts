import { request as httpRequest } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { call, useGateway } from './fleet-fixture.ts';
import { head, rawClient } from './raw-client.ts';
import { sendJson } from './stub-fleet.ts';

const QUOTE = '/api/v1/realtime/stock/600519.SH';
const INGEST = '/api/v1/ingest/ticks';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

describe('what the gateway makes of headers', () => {
  const fixture = useGateway(() => ({ trustedProxies: ['127.0.0.1'] }));
  const seen = () => fixture.fleet.cache.seen.at(-1)?.headers ?? {};
  const get = (headers: Record<string, string> = {}) => call(fixture, QUOTE, { key: 'user-key', headers });

  it('carries trace and correlation in and out', async () => {
    const answer = await get({
      traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
      tracestate: 'vendor=1',
      'x-correlation-id': 'order-7',
    });
    expect(answer.headers.get('x-trace-id')).toBe(TRACE);
    expect(answer.headers.get('x-correlation-id')).toBe('order-7');
    const [, id, span, flags] = TRACEPARENT.exec(String(seen().traceparent)) ?? [];
    expect([id, flags]).toEqual([TRACE, '01']);
    expect(span).not.toBe('b7ad6b7169203331');
    expect(seen()).toMatchObject({ tracestate: 'vendor=1', 'x-correlation-id': 'order-7' });
  });

  it('begins a trace of its own where a client’s is malformed', async () => {
    const answer = await get({ traceparent: `00-${TRACE}-0000000000000000-01`, 'x-correlation-id': 'a b' });
    const id = answer.headers.get('x-trace-id');
    expect(id).not.toBe(TRACE);
    expect(answer.headers.get('x-correlation-id')).toBe(id);
    expect(seen()).toMatchObject({ traceparent: expect.stringContaining(String(id)), 'x-correlation-id': id });
  });

  it('keeps its own headers where a client names them as belonging to the connection', async () => {
    const options = {
      headers: {
        'x-api-key': 'user-key',
        connection: 'close, traceparent, x-trace-id, x-correlation-id, x-forwarded-for, x-qf-identity, x-private',
        traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
        'x-private': '1',
      },
    };
    await new Promise((resolve, reject) => {
      httpRequest(new URL(QUOTE, fixture.gateway.url), options, (response) => response.resume().on('end', resolve))
        .on('error', reject)
        .end();
    });
    expect(seen()).toMatchObject({ 'x-trace-id': TRACE, 'x-forwarded-for': '127.0.0.1' });
    expect(seen()['x-qf-identity']).toBeDefined();
    expect(seen()['x-private']).toBeUndefined();
  });

  it('tells upstreams the client that a trusted proxy tells of', async () => {
    await get({ 'x-forwarded-for': '203.0.113.9, 198.51.100.1', 'x-forwarded-proto': 'https' });
    expect(seen()).toMatchObject({ 'x-forwarded-for': '198.51.100.1', 'x-forwarded-proto': 'https' });
    for (const name of ['x-forwarded-host', 'x-forwarded-prefix', 'x-qf-deadline', 'x-original-url']) {
      await get({ [name]: 'forged' });
      expect(seen()[name]).toBeUndefined();
    }
  });

  it('keeps to itself what software an answer comes from', async () => {
    for (const name of ['cache', 'market-data'] as const)
      fixture.fleet[name].answer = (_request, response) => {
        response.writeHead(200, {
          'content-type': 'application/json',
          connection: 'X-Hop',
          'x-hop': '1',
          server: 'nginx/1.2',
          via: '1.1 proxy',
          'x-powered-by': 'x',
          'x-qf-internal': '1',
          'x-trace-id': 'other',
          'x-kept': '1',
        });
        response.end('{}');
      };
    const post = call(fixture, INGEST, { method: 'POST', body: '{}', key: 'service-key' });
    for (const { headers } of [await get(), await post]) {
      for (const name of ['server', 'via', 'x-powered-by', 'x-qf-internal', 'x-hop'])
        expect(headers.get(name)).toBeNull();
      expect(headers.get('x-kept')).toBe('1');
      expect(headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
    }
    fixture.fleet.cache.answer = (_request, response) => sendJson(response, 200, {});
  });

  it('counts anonymous clients by the address behind the proxy', async () => {
    const from = (address: string) => call(fixture, '/api/v1/calendar', { headers: { 'x-forwarded-for': address } });
    let last = await from('198.51.100.7');
    for (let round = 0; round < 100 && last.status === 401; round++) last = await from('198.51.100.7');
    expect(last.status).toBe(429);
    expect((await from('198.51.100.8')).status).toBe(401);
  });

  it('gives the refusal of an upgrade a trace too', async () => {
    const lines = ['GET /nowhere HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket'];
    const client = await rawClient(fixture.gateway.url, head(...lines, `Traceparent: 00-${TRACE}-b7ad6b7169203331-01`));
    await client.closed;
    expect(client.received()).toContain(`"traceId":"${TRACE}"`);
  });
});
