import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createInProcessBus } from '@quotefleet/messaging';
import { createLogger } from '@quotefleet/service-kit';
import { waitUntil } from '@quotefleet/testing';
import { createGatewayService, parseGatewayConfig } from '../src/index.ts';
import { call, useGateway } from './fleet-fixture.ts';
import { type Stub, sendJson, startStub } from './stub-fleet.ts';

const STOCKS = '/api/v1/stocks/list';
const QUOTE = '/api/v1/realtime/stock/600519.SH';

jest.setTimeout(30_000);

describe('the gateway file', () => {
  let directory: string;
  let path: string;
  let news: Stub;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'qf-gateway-'));
    path = join(directory, 'gateway.yaml');
    news = await startStub();
    await writeFile(path, '# nothing yet\n');
  });
  const fixture = useGateway(() => ({ file: path }));
  afterAll(async () => {
    await news.stop();
    await rm(directory, { recursive: true });
  });

  /** As an editor or a mounted volume does it: a whole new file in place of the old one. */
  async function put(text: string): Promise<void> {
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  }
  async function reloads(outcome: string): Promise<number> {
    const text = await (await fetch(`${fixture.gateway.url}/metrics`)).text();
    return Number(new RegExp(`^config_reloads_total{outcome="${outcome}",.*} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  }
  /** Puts the file in, tells the gateway, and waits until it has made up its mind about it. */
  async function reload(text: string, outcome = 'accepted'): Promise<void> {
    const before = await reloads(outcome);
    await put(text);
    process.emit('SIGHUP');
    await waitUntil(async () => (await reloads(outcome)) > before);
  }
  const get = (target: string, key = 'user-key') => call(fixture, target, { key });

  it('switches routes off and on, one by its id and many by their paths', async () => {
    await reload('routes:\n  listStocks: { enabled: false }\n  /api/*/realtime/**: { enabled: false }\n');
    for (const target of [STOCKS, QUOTE, QUOTE.replace('v1', 'v2')])
      expect(await get(target)).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect((await get(STOCKS.replace('v1', 'v2'))).status).toBe(200);
    await reload('routes: {}\n');
    for (const target of [STOCKS, QUOTE]) expect((await get(target)).status).toBe(200);
  });

  it('changes the time, the scope and the cost of a route', async () => {
    await reload('routes:\n  listStocks: { cost: 40 }\n');
    const left = async () => Number(/r=(\d+)/.exec((await get(STOCKS)).headers.get('ratelimit') ?? '')?.[1]);
    const [before, after] = [await left(), await left()];
    // It refills by 10 a second.
    expect(before - after).toBeGreaterThan(5);

    await reload('routes:\n  listStocks: { timeoutMs: 50, scope: admin }\n');
    expect((await get(STOCKS)).status).toBe(403);
    fixture.fleet.cache.answer = () => undefined;
    expect((await get(STOCKS, 'admin-key')).status).toBe(504);
    fixture.fleet.cache.answer = (_request, response) => sendJson(response, 200, {});
  });

  it('tells services how long their answer is waited for, and believes no client about it', async () => {
    await reload('routes:\n  listStocks: { timeoutMs: 4000 }\n');
    await call(fixture, STOCKS, { key: 'user-key', headers: { 'x-qf-deadline-ms': '999999' } });
    const told = Number(fixture.fleet.cache.seen.at(-1)?.headers['x-qf-deadline-ms']);
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThanOrEqual(4000);
  });

  it('adds routes to services that no contract knows', async () => {
    await reload(`
upstreams:
  news: [${news.url}]
ownRoutes:
  - { id: news, path: '/news/{id}', versions: [v1, v2], methods: [get, post], upstream: news, scope: write, cost: 2 }
  - { id: feed, path: '/feed/**', upstream: news, scope: public, via: stream }
`);
    expect((await get('/api/v1/news/7', 'user-key')).status).toBe(403);
    expect((await get('/api/v2/news/7?x=1', 'service-key')).body.data).toEqual({ url: '/api/v2/news/7?x=1' });
    expect((await call(fixture, '/api/v1/news/7', { key: 'service-key', method: 'POST', body: '{}' })).status).toBe(
      200,
    );
    expect((await call(fixture, '/api/v1/news/7', { key: 'service-key', method: 'DELETE' })).status).toBe(405);
    expect((await call(fixture, '/feed/a/b')).body.data).toEqual({ url: '/feed/a/b' });
    expect(news.seen[0]?.headers).toHaveProperty('x-qf-identity');
    await reload('{}');
    expect((await get('/api/v1/news/7', 'service-key')).status).toBe(404);
    await waitUntil(() => news.connections.size === 0);
  });

  it('moves a service to other instances and back to those of the environment', async () => {
    await reload(`upstreams: { cache: ['${news.url}'] }\n`);
    news.seen.length = 0;
    await get(STOCKS);
    expect(news.seen).toHaveLength(1);
    await reload('{}');
    await get(STOCKS);
    expect(news.seen).toHaveLength(1);
  });

  it('changes how much an upstream takes at once', async () => {
    await reload('bulkheads:\n  reads: { concurrent: 1, queue: 0 }\n');
    const { answer, seen } = fixture.fleet.cache;
    const now = Promise.withResolvers<void>();
    seen.length = 0;
    fixture.fleet.cache.answer = async (_request, response) => {
      await now.promise;
      sendJson(response, 200, {});
    };
    const inside = get(STOCKS);
    await waitUntil(() => seen.length === 1);
    expect(await get(QUOTE)).toMatchObject({ status: 503 });
    await reload('{}');
    const second = get(QUOTE);
    await waitUntil(() => seen.length === 2);
    now.resolve();
    for (const { status } of await Promise.all([inside, second])) expect(status).toBe(200);
    fixture.fleet.cache.answer = answer;
  });

  it('is refused whole when a part of it is wrong, and the one before stays', async () => {
    await reload('routes:\n  listStocks: { enabled: false }\n');
    const refused = await reloads('refused');
    const files = [
      'routes:\n  listStocks: { enabled: true }\n  nothing: { enabled: true }\n',
      'upstreams:\n  cache: [ftp://x]\n',
      'routes: [',
      'ownRoutes:\n  - { id: x, path: /x, upstream: unknown }\n',
      'unknown: 1\n',
    ];
    for (const bad of files) {
      await reload(bad, 'refused');
      expect((await get(STOCKS)).status).toBe(503);
    }
    // It looks by itself as well, and may have refused one of them twice before it came to the last.
    await waitUntil(async () => (await reloads('refused')) >= refused + files.length);
    expect((await get(STOCKS)).status).toBe(503);
    await reload('{}');
    expect((await get(STOCKS)).status).toBe(200);
  });

  it('is read soon after it was changed, without being told', async () => {
    for (const [status, text] of [
      [503, 'routes:\n  listStocks: { enabled: false }\n'],
      [200, '{}'],
    ] as const) {
      const before = await reloads('accepted');
      await put(text);
      await waitUntil(async () => (await reloads('accepted')) > before);
      expect((await get(STOCKS)).status).toBe(status);
    }
  });

  it('is read at once on SIGHUP', async () => {
    const before = await reloads('accepted');
    await writeFile(path, 'routes:\n  listStocks: { enabled: false }\n');
    process.emit('SIGHUP');
    await waitUntil(async () => (await reloads('accepted')) > before);
    expect((await get(STOCKS)).status).toBe(503);
    await reload('{}');
  });

  it('keeps a gateway from starting when it cannot be used', async () => {
    const bus = createInProcessBus();
    const logger = createLogger({ service: 'gateway', level: 'silent' });
    const bad = join(directory, 'bad.yaml');
    await writeFile(bad, 'routes:\n  login:\n    timeoutMs: soon\n');
    for (const [file, message] of [
      [bad, /bad\.yaml:3: routes\.login\.timeoutMs: expected number/],
      [join(directory, 'none.yaml'), /QF_GATEWAY_CONFIG: .*none\.yaml.*ENOENT/],
    ] as const) {
      const config = parseGatewayConfig({ QF_PORT: '0', QF_GATEWAY_CONFIG: file });
      await expect(createGatewayService(config, { bus, logger })).rejects.toThrow(message);
    }
    await bus.close();
  });
});
