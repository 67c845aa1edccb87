import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { call, useGateway } from './fleet-fixture.ts';
import { head, rawClient } from './raw-client.ts';
import { sendJson } from './stub-fleet.ts';

const QUOTE = '/api/v1/realtime/stock/600519.SH';
const IMPORT = '/api/v1/imports/bars?format=generic&file=x.csv';
const INGEST = '/api/v1/ingest/ticks';
const CLOSED_MS = 2000;

jest.setTimeout(30_000);

describe('passing calls on', () => {
  const fixture = useGateway((config) => ({ breaker: { ...config.breaker, failures: 1_000_000 } }));
  afterEach(() => {
    for (const name of ['cache', 'market-data'] as const)
      fixture.fleet[name].answer = (request, response) => sendJson(response, 200, { url: request.url });
  });
  const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    call(fixture, path, { method: 'POST', body, key: 'service-key', headers });

  it('gives every call one trace id, from the client where it has one', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    const answer = await call(fixture, QUOTE, { key: 'user-key', headers });
    expect(answer.headers.get('x-trace-id')).toBe(traceId);
    expect(fixture.fleet.cache.seen.at(-1)?.headers['x-trace-id']).toBe(traceId);
    const made = (await call(fixture, '/nothing')).body.traceId;
    expect(made).toMatch(/^[0-9a-f]{32}$/);
  });

  it('asks for the head alone where a client does', async () => {
    const init = { method: 'HEAD', headers: { 'x-api-key': 'user-key' } };
    const response = await fetch(fixture.gateway.url + QUOTE, init);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(fixture.fleet.cache.seen.at(-1)?.method).toBe('HEAD');
  });

  it('keeps an upstream’s status and body, error or not', async () => {
    const envelope = { success: false, code: 'NOT_FOUND', message: 'unknown symbol', data: null };
    fixture.fleet.cache.answer = (_request, response) => sendJson(response, 404, envelope);
    expect(await call(fixture, QUOTE, { key: 'user-key' })).toMatchObject({ status: 404, body: envelope });
    fixture.fleet.cache.answer = (_request, response) => {
      response.setHeader('retry-after', '7');
      sendJson(response, 503, { ...envelope, code: 'UNAVAILABLE' });
    };
    const unavailable = await call(fixture, QUOTE, { key: 'user-key' });
    expect(unavailable).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect(unavailable.headers.get('retry-after')).toBe('7');
  });

  it.each([QUOTE, INGEST])('puts an envelope in place of an error page at %s', async (path) => {
    for (const name of ['cache', 'market-data'] as const)
      fixture.fleet[name].answer = (_request, response) => {
        response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>oh no</h1>');
      };
    const answer = path === QUOTE ? await call(fixture, path, { key: 'user-key' }) : await post(path, '{}');
    expect(answer).toMatchObject({ status: 502, body: { success: false, code: 'BAD_GATEWAY' } });
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  it.each([QUOTE, INGEST])('answers 502 when the upstream breaks off at %s', async (path) => {
    for (const name of ['cache', 'market-data'] as const)
      fixture.fleet[name].answer = (request) => request.socket.destroy();
    const answer = path === QUOTE ? await call(fixture, path, { key: 'user-key' }) : await post(path, '{}');
    expect(answer).toMatchObject({ status: 502, body: { code: 'BAD_GATEWAY' } });
  });

  it('breaks off when the upstream breaks off in the middle of an answer', async () => {
    fixture.fleet.cache.answer = (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"half":', () => request.socket.destroy());
    };
    await expect(call(fixture, QUOTE, { key: 'user-key' })).rejects.toThrow();
  });

  it('hands on an answer of many megabytes whole, at the pace of the client', async () => {
    const body = randomBytes(64_000_000);
    let sent = 0;
    fixture.fleet.cache.answer = async (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      for (let at = 0; at < body.length; at += 1_000_000) {
        if (!response.write(body.subarray(at, at + 1_000_000))) await once(response, 'drain');
        sent = at;
      }
      response.end();
    };
    const request = httpRequest(new URL(QUOTE, fixture.gateway.url), { headers: { 'x-api-key': 'user-key' } }).end();
    const [response] = await once(request, 'response');
    response.pause();
    await sleep(200);
    expect(sent).toBeLessThan(40_000_000);
    expect((await buffer(response)).equals(body)).toBe(true);
  });

  it('passes an upload on while it comes in, without holding it', async () => {
    const size = 64_000_000;
    let received = 0;
    fixture.fleet['market-data'].answer = async (request, response) => {
      for await (const chunk of request) received += chunk.length;
      sendJson(response, 200, { received });
    };
    let held = 0;
    const request = httpRequest(new URL(IMPORT, fixture.gateway.url), {
      method: 'POST',
      headers: { 'x-api-key': 'service-key', 'content-length': size, 'content-type': 'text/csv' },
    });
    const chunk = Buffer.alloc(1_000_000, 'x');
    for (let sent = 0; sent < size; sent += chunk.length) {
      if (!request.write(chunk)) await once(request, 'drain');
      if (sent === size / 2) await waitUntil(() => received > size / 4);
      held = Math.max(held, sent - received);
    }
    request.end();
    const [response] = await once(request, 'response');
    expect(JSON.parse((await buffer(response)).toString())).toEqual({ received: size });
    expect(held).toBeLessThan(size / 2);
  });

  it.each([
    ['market-data', IMPORT],
    ['auth', '/api/v1/auth/login'],
  ] as const)('gives back an early refusal by %s of a body', async (name, path) => {
    const { answer } = fixture.fleet[name];
    fixture.fleet[name].answer = (request, response) =>
      request.url === path ? sendJson(response, 413, { code: 'TOO_LARGE' }) : answer(request, response);
    for (let round = 0; round < 5; round++) {
      const refused = await post(path, Buffer.alloc(20_000_000), { 'content-type': 'text/csv' });
      expect(refused).toMatchObject({ status: 413, body: { code: 'TOO_LARGE' } });
    }
    fixture.fleet[name].answer = answer;
  });

  it.each([
    ['GET', QUOTE, 'cache'],
    ['POST', INGEST, 'market-data'],
  ] as const)('cancels a %s upstream when its client goes away', async (method, path, name) => {
    let cancelled = false;
    fixture.fleet[name].answer = (request) => {
      request.socket.once('close', () => {
        cancelled = true;
      });
    };
    const client = await rawClient(
      fixture.gateway.url,
      head(`${method} ${path} HTTP/1.1`, 'Host: x', 'X-API-Key: service-key', 'Content-Length: 0'),
    );
    const seen = fixture.fleet[name].seen.length;
    await waitUntil(() => fixture.fleet[name].seen.length > seen - 1);
    await sleep(50);
    client.socket.destroy();
    await waitUntil(() => cancelled, { timeoutMs: CLOSED_MS });
  });

  it('leaves nothing behind of two hundred aborted uploads', async () => {
    fixture.fleet['market-data'].answer = (request) => void request.resume();
    const before = fixture.fleet['market-data'].connections.size;
    const upload = head(
      `POST ${IMPORT} HTTP/1.1`,
      'Host: x',
      'X-API-Key: service-key',
      'Content-Type: text/csv',
      'Content-Length: 1000000',
    );
    for (let round = 0; round < 10; round++) {
      const clients = await Promise.all(Array.from({ length: 20 }, () => rawClient(fixture.gateway.url, upload)));
      for (const { socket } of clients) socket.write('x'.repeat(5000));
      await sleep(20);
      for (const { socket } of clients) socket.destroy();
    }
    await waitUntil(() => fixture.fleet['market-data'].connections.size <= before, { timeoutMs: CLOSED_MS });
  }, 20_000);
});
