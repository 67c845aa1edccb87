import { createEvent, marketApi, TOPICS } from '@quotefleet/contracts';
import { createInProcessBus, type EventBus } from '@quotefleet/messaging';
import {
  AppError,
  createApp,
  createLogger,
  createMetrics,
  Health,
  listen,
  mount,
  notFound,
  type RunningService,
} from '@quotefleet/service-kit';
import { Router } from 'express';
import { createCacheService, parseCacheConfig } from '../src/index.ts';

/** What the stand-in for market-data would answer now, and what it was asked. */
export interface FakeMarketData {
  close: number;
  asked: string[];
  isDown: boolean;
  /** Answers wait for it. */
  gate: Promise<void>;
}

export interface Fixture {
  url: string;
  bus: EventBus;
  service: RunningService;
  marketData: FakeMarketData;
  get(path: string, headers?: Record<string, string>): Promise<CacheAnswer>;
  /** Tells of a change as market-data does, and waits until the cache has heard of it. */
  invalidate(symbol: string): Promise<void>;
  publishBar(symbol: string, ts: number): Promise<void>;
  stop(): Promise<void>;
}

export interface CacheAnswer {
  status: number;
  source: string | null;
  retryAfter: string | null;
  body: { code: string; message: string; data: { bars?: { close: number }[] }; traceId: string; timestamp: string };
}

export const silentLogger = createLogger({ service: 'test', level: 'silent' });

export interface FixtureOptions {
  env?: Record<string, string>;
  bus?: EventBus;
  marketData?: FakeMarketData;
}

export function fakeMarketData(): FakeMarketData {
  return { close: 10, asked: [], isDown: false, gate: Promise.resolve() };
}

export async function startFixture(options: FixtureOptions = {}): Promise<Fixture> {
  const marketData = options.marketData ?? fakeMarketData();
  const upstream = await serveMarketData(marketData);
  const bus = options.bus ?? createInProcessBus({});
  const service = await createCacheService(
    parseCacheConfig({ QF_CACHE_PORT: '0', QF_MARKET_DATA_URL: upstream.url, ...options.env }),
    { bus, logger: silentLogger },
  );
  const { url } = service;
  return {
    ...{ url, bus, service, marketData },
    get: (path, headers) => get(url + path, headers),
    invalidate: async (symbol) => {
      const event = createEvent('cache.invalidate', { symbol, reason: 'test' });
      await publishAndSettle(url, { bus, topic: TOPICS.cacheInvalidate, key: symbol, event });
    },
    publishBar: async (symbol, ts) => {
      const prices = { open: 1, high: 1, low: 1, close: 1, volume: 1, amount: 1 };
      const bar = { symbol, period: '1m' as const, ts, ...prices, final: true, seq: 1, epoch: 'e1' };
      await publishAndSettle(url, { bus, topic: TOPICS.bars, key: symbol, event: createEvent('md.bar', bar) });
    },
    stop: async () => {
      await service.stop();
      await upstream.close();
      if (!options.bus) await bus.close();
    },
  };
}

interface Publication {
  bus: EventBus;
  topic: string;
  key: string;
  event: unknown;
}

/** The cache counts what it has heard: the count rises once the event has taken effect. */
async function publishAndSettle(url: string, { bus, topic, key, event }: Publication): Promise<void> {
  const before = await heardOf(url);
  await bus.publish(topic, [{ key, value: event }]);
  const deadline = Date.now() + 10_000;
  while ((await heardOf(url)) === before) {
    if (Date.now() > deadline) throw new Error('the cache did not hear of the change within 10 s');
  }
}

async function heardOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const counts = [...text.matchAll(/^cache_invalidations_total\{.*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

async function get(url: string, headers: Record<string, string> = {}): Promise<CacheAnswer> {
  const response = await fetch(url, { headers });
  return {
    status: response.status,
    source: response.headers.get('x-cache'),
    retryAfter: response.headers.get('retry-after'),
    body: (await response.json()) as CacheAnswer['body'],
  };
}

async function serveMarketData(data: FakeMarketData) {
  const routes = Router();
  routes.use(async (request, _response, next) => {
    data.asked.push(request.originalUrl);
    if (data.isDown) throw new AppError('UNAVAILABLE', 'down for the test', { retryAfterSeconds: 3 });
    // What is read is decided before the wait: an answer in flight is an old one.
    request.headers['x-test-close'] = String(data.close);
    await data.gate;
    next();
  });
  mount(routes, marketApi.historicalStock, ({ params: { symbol }, query: { period }, request }) => {
    if (symbol === '601398.SH') throw notFound(`no instrument ${symbol}`);
    const close = Number(request.get('x-test-close'));
    const prices = { open: close, high: close, low: close, close };
    const day = { time: '2024-01-02T00:00:00.000+08:00', tradeDate: '2024-01-02' };
    return { symbol, period, bars: [{ ...day, ...prices, volume: 1, amount: 1, final: true }] };
  });
  mount(routes, marketApi.historicalIndex, ({ params: { symbol }, query: { period } }) => ({
    symbol,
    period,
    bars: [],
  }));
  mount(routes, marketApi.stockInfo, ({ params: { symbol } }) => {
    return { symbol, name: '贵州茅台', kind: 'stock', board: 'sse-main', isSt: false, status: 'listed' };
  });
  mount(routes, marketApi.listStocks, () => ({ instruments: [] }));
  const app = createApp({ logger: silentLogger, metrics: createMetrics('fake'), health: new Health(), routes });
  return listen(app, { host: '127.0.0.1', port: 0 });
}
