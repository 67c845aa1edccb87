import { createEvent, type Policy, TOPICS } from '@quotefleet/contracts';
import { createInProcessBus, type EventBus } from '@quotefleet/messaging';
import { createLogger, encodeIdentity, IDENTITY_HEADER, type RunningService } from '@quotefleet/service-kit';
import { createCacheService, parseCacheConfig } from '../src/index.ts';
import { type FakeAuth, serveAuth } from './fake-auth.ts';
import { type FakeMarketData, fakeMarketData, serveMarketData } from './fake-market-data.ts';

export interface Fixture {
  url: string;
  bus: EventBus;
  service: RunningService;
  marketData: FakeMarketData;
  auth: FakeAuth | undefined;
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
  headers: Headers;
  body: { code: string; message: string; data: { bars?: { close: number }[] }; traceId: string; timestamp: string };
}

/** What the gateway says of whoever calls. */
export function headersOf(role: string): Record<string, string> {
  return { [IDENTITY_HEADER]: encodeIdentity({ subject: role, client: role, role, scopes: ['read'] }) };
}

export const silentLogger = createLogger({ service: 'test', level: 'silent' });

/** Where nobody listens. */
const NOBODY = 'http://127.0.0.1:1';

export interface FixtureOptions {
  env?: Record<string, string>;
  bus?: EventBus;
  marketData?: FakeMarketData;
  /** Auth with this policy; away where absent. */
  policy?: Policy;
}

export async function startFixture(options: FixtureOptions = {}): Promise<Fixture> {
  const marketData = options.marketData ?? fakeMarketData();
  const upstream = await serveMarketData(marketData);
  const bus = options.bus ?? createInProcessBus({});
  const auth = options.policy ? await serveAuth(options.policy, bus) : undefined;
  const service = await createCacheService(
    parseCacheConfig({
      QF_CACHE_PORT: '0',
      QF_MARKET_DATA_URL: upstream.url,
      QF_AUTH_URL: auth?.url ?? NOBODY,
      ...options.env,
    }),
    { bus, logger: silentLogger },
  );
  const { url } = service;
  return {
    ...{ url, bus, service, marketData, auth },
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
      await auth?.close();
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
  const response = await fetch(url, { headers: { ...headersOf('user'), ...headers } });
  return {
    status: response.status,
    source: response.headers.get('x-cache'),
    retryAfter: response.headers.get('retry-after'),
    headers: response.headers,
    body: (await response.json()) as CacheAnswer['body'],
  };
}
