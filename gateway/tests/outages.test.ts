import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createApp, createLogger, createMetrics, Health, listen } from '@quotefleet/service-kit';
import { waitUntil } from '@quotefleet/testing';
import { Router } from 'express';
import { createSilentEvents } from '../src/events.ts';
import { Upstreams } from '../src/upstreams/upstreams.ts';
import { call, useGateway } from './fleet-fixture.ts';
import { longAnswer } from './long-answer.ts';
import { head, rawClient } from './raw-client.ts';
import { sendJson, startStub } from './stub-fleet.ts';

const QUOTE = '/api/v1/realtime/stock/600519.SH';
/** Longer than a busy machine takes for a few calls. */
const OPEN_MS = 2000;

jest.setTimeout(30_000);

describe('an upstream that is gone', () => {
  const fixture = useGateway(() => ({ breaker: { failures: 3, successes: 2, openMs: OPEN_MS } }));
  const quote = () => call(fixture, QUOTE, { key: 'user-key' });
  const stateOf = async (upstream: string) => {
    const text = await (await fetch(`${fixture.gateway.url}/metrics`)).text();
    return new RegExp(`upstream_breaker_state{upstream="${upstream}",[^}]*} (\\d)`).exec(text)?.[1];
  };

  it('is given a rest after some failures, and is back after some successes', async () => {
    for (const key of ['user-key', 'admin-key']) await call(fixture, QUOTE, { key });
    await fixture.fleet.cache.stop();
    for (let failure = 0; failure < 3; failure++) {
      const answer = await quote();
      expect(answer.body).toMatchObject({ success: false, data: null });
      expect([502, 503]).toContain(answer.status);
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect(await stateOf('cache')).toBe('2');

    await fixture.fleet.cache.start();
    fixture.fleet.cache.seen.length = 0;
    expect(await quote()).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect(fixture.fleet.cache.seen).toHaveLength(0);

    await waitUntil(async () => (await stateOf('cache')) === '1');
    expect((await quote()).status).toBe(200);
    expect((await quote()).status).toBe(200);
    expect(await stateOf('cache')).toBe('0');
  });

  it.each([20, 3_000_000])('is told of to a client that sends a body of %d bytes', async (size) => {
    await fixture.fleet.auth.stop();
    const headers = { 'content-type': 'application/json' };
    const login = { method: 'POST', body: '{"username":"alice","password":"guess"}', headers };
    expect(await call(fixture, '/api/v1/auth/login', login)).toMatchObject({
      status: 503,
      body: { code: 'UNAVAILABLE' },
    });
    const init = { method: 'POST', body: JSON.stringify({ username: 'x'.repeat(size) }), headers };
    await fixture.fleet['market-data'].stop();
    const upload = { ...init, key: 'admin-key' };
    const path = '/api/v1/ingest/ticks';
    expect(await call(fixture, path, upload)).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    await fixture.fleet['market-data'].start();
    await fixture.fleet.auth.start();
  });

  it('does not take the others with it', async () => {
    await fixture.fleet.sync.stop();
    for (let failure = 0; failure < 5; failure++) await call(fixture, '/api/v1/sync/status', { key: 'admin-key' });
    expect((await quote()).status).toBe(200);
    await fixture.fleet.sync.start();
  });

  it('shows in the health of the fleet, by name', async () => {
    for (const stub of Object.values(fixture.fleet))
      stub.answer = (_request, response) => sendJson(response, 200, { ready: true, checks: [] });
    await sleep(500);
    expect(await call(fixture, '/health/fleet')).toMatchObject({ status: 200, body: { ready: true } });

    const checks = [{ name: 'database', ok: false, reason: 'gone' }];
    fixture.fleet.cache.answer = (_request, response) => sendJson(response, 503, { ready: false, checks });
    fixture.fleet.sync.answer = (_request, response) => sendJson(response, 200, { other: 'shape' });
    await fixture.fleet.realtime.stop();
    await sleep(500);
    expect(await call(fixture, '/health/fleet')).toMatchObject({
      status: 503,
      body: {
        ready: false,
        services: {
          auth: { ready: true, checks: [] },
          'market-data': { ready: true },
          cache: { ready: false, checks },
          sync: { ready: false, checks: [{ name: 'service', ok: false, reason: 'answered in another shape' }] },
          realtime: { ready: false, checks: [{ name: 'service', ok: false, reason: 'does not answer' }] },
        },
      },
    });
    expect((await fetch(`${fixture.gateway.url}/health/ready`)).status).toBe(200);
    await fixture.fleet.realtime.start();
  });
});

describe('a slow upstream', () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function serveWithDeadline(deadlineMs: number) {
    const stub = await startStub();
    const breaker = { failures: 3, successes: 1, openMs: OPEN_MS };
    const place = { concurrent: 100, queue: 0 };
    const upstreams = new Upstreams({
      urls: { cache: [stub.url] },
      breaker,
      bulkheads: { reads: place, writes: place, files: place },
      drainMs: 0,
      events: createSilentEvents(),
    });
    const upstream = upstreams.get('cache');
    const [instance] = upstream.instances.members;
    const routes = Router();
    routes.get('/pool', (request, response) => upstream.send({ request, response, deadlineMs, retries: 1 }));
    routes.all('/stream', (request, response) => upstream.stream({ request, response, deadlineMs, retries: 1 }));
    const logger = createLogger({ service: 'test', level: 'silent' });
    const app = createApp({ logger, metrics: createMetrics('test'), health: new Health(), routes });
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    closers.push(server.close, () => upstreams.close(), stub.stop);
    return { stub, breakerState: () => instance?.breaker.state, url: server.url };
  }

  it.each(['/pool', '/stream'])('is cut off at the deadline of its route: %s', async (path) => {
    const { stub, url } = await serveWithDeadline(100);
    stub.answer = () => undefined;
    const response = await fetch(url + path);
    expect(response.status).toBe(504);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toMatchObject({ code: 'TIMEOUT' });
    await waitUntil(() => stub.connections.size === 0, { timeoutMs: 4000 });
  });

  it.each(['/pool', '/stream'])('is cut off in the middle of an answer too: %s', async (path) => {
    const { stub, url } = await serveWithDeadline(200);
    stub.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"slow":');
    };
    const response = await fetch(url + path);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    await waitUntil(() => stub.connections.size === 0, { timeoutMs: 4000 });
  });

  it.each(['/pool', '/stream'])('is not blamed for a client that does not read in time: %s', async (path) => {
    const { stub, breakerState, url } = await serveWithDeadline(2000);
    stub.answer = (request, response) => longAnswer('text/csv', 200_000_000).listener(request, response);
    const clients = await Promise.all(
      Array.from({ length: 4 }, () => rawClient(url, head(`GET ${path} HTTP/1.1`, 'Host: x'))),
    );
    for (const { socket } of clients) socket.pause();
    await waitUntil(() => stub.seen.length === 4);
    await waitUntil(() => stub.connections.size === 0, { timeoutMs: 4000 });
    expect(breakerState()).toBe('closed');
    for (const { socket } of clients) socket.destroy();
  });

  it.each(['/pool', '/stream'])('counts what is unwell by its own word, not faults of clients: %s', async (path) => {
    const { stub, breakerState, url } = await serveWithDeadline(1000);
    const answerWith = async (status: number, times: number) => {
      stub.answer = (_request, response) => sendJson(response, status, {});
      for (let call = 0; call < times; call++) expect((await fetch(url + path)).status).toBe(status);
    };
    for (const status of [400, 401, 404, 409, 413, 429, 500]) await answerWith(status, 4);
    expect(breakerState()).toBe('closed');
    await answerWith(503, 3);
    expect(breakerState()).toBe('open');
  });
});
