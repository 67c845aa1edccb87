import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Endpoint } from '@quotefleet/contracts';
import express, { Router } from 'express';
import { z } from 'zod';
import { AppError, notFound, unavailable } from '../errors/app-error.ts';
import { Health } from '../health/health.ts';
import { createLogger } from '../logging/logger.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createApp } from './app.ts';
import { createHttpClient, type HttpClient } from './client.ts';
import { type ListeningServer, listen } from './listen.ts';
import { mount } from './mount.ts';
import { currentTraceId } from './trace.ts';

const endpoint = {
  id: 'addItem',
  method: 'post',
  path: '/items/{id}',
  tag: 'test',
  summary: 'Adds an item',
  access: 'public',
  params: z.object({ id: z.string() }),
  query: z.object({ limit: z.coerce.number().int().max(10).default(5) }),
  body: z.object({ name: z.string() }).strict(),
  data: z.object({ id: z.string(), limit: z.number(), name: z.string(), traceId: z.string() }),
  status: 201,
} as const satisfies Endpoint;
const DEADLINE_MS = 10_000;
const SHORT_DEADLINE_MS = 100;

describe('an endpoint between mount and the client', () => {
  let server: ListeningServer;
  let client: HttpClient;
  const lines: string[] = [];
  beforeAll(async () => {
    const routes = Router();
    mount(
      routes,
      endpoint,
      async ({ params, query, body }) => {
        if (params.id === 'unknown') throw notFound('no such item');
        if (params.id === 'later') throw unavailable('not now', { retryAfterSeconds: 7 });
        if (params.id === 'late') throw new AppError('TIMEOUT', 'prices did not answer in time');
        if (params.id === 'fault') throw new TypeError('a detail nobody outside needs');
        if (params.id === 'hangs') await new Promise(() => undefined);
        if (params.id === 'asks-on') {
          const asked = await client.call(endpoint, { params: { id: 'hangs' }, body: { name: 'x' } });
          return asked;
        }
        if (params.id === 'other') return { id: 5 } as never;
        return { ...params, ...query, ...body, traceId: currentTraceId() };
      },
      express.json(),
    );
    const logger = createLogger({ service: 'test', level: 'warn', destination: { write: (line) => lines.push(line) } });
    const app = createApp({ logger, metrics: createMetrics('test'), health: new Health(), routes });
    server = await listen(app, { host: '127.0.0.1', port: 0 });
    client = createHttpClient({ baseUrl: server.url, timeoutMs: DEADLINE_MS });
  });
  afterAll(async () => {
    await client.close();
    await server.close();
  });

  const add = (id: string) => client.call(endpoint, { params: { id }, query: { limit: 3 }, body: { name: 'x' } });
  async function post(path: string, body: string) {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(server.url + path, { method: 'POST', headers, body });
    return { status: response.status, body: (await response.json()) as { data: unknown } };
  }

  it('gives parsed values to the handler and its value back, under one trace id', async () => {
    const data = await add('a/b ä');
    expect(data).toMatchObject({ id: 'a/b ä', limit: 3, name: 'x' });
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    expect(await client.call(endpoint, { params: { id: '1' }, body: { name: 'x' }, headers })).toMatchObject({
      limit: 5,
      traceId,
    });
  });

  it('answers in the envelope, with the status of the endpoint', async () => {
    expect(await post('/items/1', '{"name":"x"}')).toMatchObject({
      status: 201,
      body: { success: true, code: 'OK', message: 'ok', timestamp: expect.stringMatching(/\+08:00$/) },
    });
  });

  it.each([
    ['/items/1', '{}', 'name'],
    ['/items/1', '{"name":"x","extra":1}', 'extra'],
    ['/items/1', '{"name"', 'body'],
    ['/items/1', '[]', 'body'],
    ['/items/1?limit=11', '{"name":"x"}', 'limit'],
    ['/items/1?limit=1&limit=2', '{"name":"x"}', 'limit'],
    ['/items/%00', '{"name":"x"}', 'id'],
    ['/items/1?other=a%00b', '{"name":"x"}', 'other'],
    ['/items/1', '{"name":"x\\u0000"}', 'name'],
    ['/items/1', `{"name":${'['.repeat(70)}${']'.repeat(70)}}`, 'name.0.0.0.0.0.0.0'],
  ])('names the field at fault: %s %s', async (path, body, field) => {
    const answer = await post(path, body);
    expect(answer).toMatchObject({ status: 400, body: { success: false, code: 'INVALID_ARGUMENT' } });
    expect(answer.body.data).toMatchObject({ errors: [{ field }] });
  });

  it('brings the handler’s error to the caller', async () => {
    await expect(add('unknown')).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'no such item' });
    await expect(add('later')).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfterSeconds: 7 });
  });

  it('logs a fault with its text and tells the caller none of it', async () => {
    await expect(add('fault')).rejects.toMatchObject({ code: 'INTERNAL', message: 'internal error' });
    expect(lines.join()).toContain('a detail nobody outside needs');
  });

  it('logs under its trace what another service took too long for, and nothing of what is not there now', async () => {
    const { traceId } = (await post('/items/late', '{"name":"x"}')).body as unknown as { traceId: string };
    const logged = lines.length;
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ level: 40, traceId, path: '/items/late' });
    expect((await post('/items/later', '{"name":"x"}')).status).toBe(503);
    expect(lines).toHaveLength(logged);
  });

  it('logs under the trace of the request, which the caller reads in its answer', async () => {
    const headers = { 'content-type': 'application/json', 'x-correlation-id': 'order-7' };
    const response = await fetch(`${server.url}/items/fault`, { method: 'POST', headers, body: '{"name":"x"}' });
    const { traceId } = (await response.json()) as { traceId: string };
    expect(response.headers.get('x-trace-id')).toBe(traceId);
    expect(response.headers.get('x-correlation-id')).toBe('order-7');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ traceId, correlationId: 'order-7' });
  });

  it('ends at the deadline, and refuses an answer of another shape', async () => {
    const hasty = createHttpClient({ baseUrl: server.url, timeoutMs: SHORT_DEADLINE_MS });
    const hangs = hasty.call(endpoint, { params: { id: 'hangs' }, body: { name: 'x' } });
    await expect(hangs).rejects.toMatchObject({ code: 'TIMEOUT' });
    await hasty.close();
    await expect(add('other')).rejects.toMatchObject({ code: 'BAD_GATEWAY' });
  });

  it('hands the deadline of its caller on to whom it asks', async () => {
    const headers = { 'content-type': 'application/json', 'x-qf-deadline-ms': String(SHORT_DEADLINE_MS) };
    const response = await fetch(`${server.url}/items/asks-on`, { method: 'POST', headers, body: '{"name":"x"}' });
    expect(response.status).toBe(504);
    expect(((await response.json()) as { message: string }).message).toMatch(
      /^addItem did not answer within \d{1,3} ms$/,
    );
  });

  it('knows a service that is no service from one that is not there', async () => {
    const page: Server = createServer((_request, response) => void response.end('<h1>hello</h1>'));
    await new Promise<void>((resolve) => void page.listen(0, '127.0.0.1', resolve));
    const address = page.address();
    const baseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const other = createHttpClient({ baseUrl, timeoutMs: DEADLINE_MS });
    const call = () => other.call(endpoint, { params: { id: '1' }, body: { name: 'x' } });
    await expect(call()).rejects.toMatchObject({ code: 'BAD_GATEWAY' });
    page.closeAllConnections();
    await new Promise((resolve) => page.close(resolve));
    await expect(call()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfterSeconds: 1 });
    await other.close();
  });

  it('serves health, metrics and a 404 beside', async () => {
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(
      /http_request_seconds_count{service="test",method="POST",status="201"}/,
    );
    expect(await (await fetch(`${server.url}/nothing`)).json()).toMatchObject({ code: 'NOT_FOUND' });
  });
});
