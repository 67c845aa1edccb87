import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { createAuthService, parseAuthConfig } from '@quotefleet/auth';
import { createCacheService, parseCacheConfig } from '@quotefleet/cache';
import { type AnyMessage, createClient, type QuotefleetClient, routes } from '@quotefleet/client';
import { createEvent, TOPICS } from '@quotefleet/contracts';
import { createGatewayService, parseGatewayConfig } from '@quotefleet/gateway';
import { createMarketDataService, parseMarketDataConfig } from '@quotefleet/market-data';
import { createSimExchange } from '@quotefleet/market-data/sim';
import { createInProcessBus, type EventBus } from '@quotefleet/messaging';
import { createRealtimeService, parseRealtimeConfig } from '@quotefleet/realtime';
import { generateMasterKey } from '@quotefleet/secrets';
import { createLogger, type RunningService } from '@quotefleet/service-kit';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';

// Five services start, and a part of a day is traded.
jest.setTimeout(180_000);

const KEY = 'bootstrap-of-whole-fleet';
const DATE = '2026-11-20';
const SYMBOL = '600519.SH';
const at = (time: string) => Date.parse(`${DATE}T${time}+08:00`);

describeWith('postgres', 'a client of a whole fleet', (servers) => {
  const database = isolatedDatabase(servers);
  const services: RunningService[] = [];
  const exchange = createSimExchange({ seed: 5, date: DATE, epoch: 'sim', universe: [SYMBOL], tradesOf: [SYMBOL] });
  let bus: EventBus;
  let gatewayUrl: string;
  let realtime: RunningService;
  let startRealtime: () => Promise<void>;
  let client: QuotefleetClient;

  beforeAll(async () => {
    bus = createInProcessBus({});
    const overrides = { bus, logger: createLogger({ service: 'test', level: 'silent' }) };
    const started = async (starting: Promise<RunningService>) => {
      const service = await starting;
      services.unshift(service);
      return service.url;
    };
    const common = { QF_DATABASE_URL: database.url };
    const authEnv = {
      ...{ ...common, QF_AUTH_PORT: '0', QF_MASTER_KEY: generateMasterKey(), QF_BOOTSTRAP_API_KEY: KEY },
      QF_BCRYPT_COST: '4',
    };
    const marketEnv = { ...common, QF_MARKET_DATA_PORT: '0', QF_SOURCE: 'none' };
    const urls: Record<string, string> = {
      ...common,
      QF_AUTH_URL: await started(createAuthService(parseAuthConfig(authEnv), overrides)),
      QF_MARKET_DATA_URL: await started(createMarketDataService(parseMarketDataConfig(marketEnv), overrides)),
    };
    urls.QF_CACHE_URL = await started(createCacheService(parseCacheConfig({ ...urls, QF_CACHE_PORT: '0' }), overrides));
    let port = '0';
    startRealtime = async () => {
      const config = parseRealtimeConfig({ ...urls, QF_REALTIME_PORT: port });
      realtime = await createRealtimeService(config, overrides);
      port = new URL(realtime.url).port;
    };
    await startRealtime();
    const gatewayEnv = { ...urls, QF_PORT: '0', QF_REALTIME_URL: realtime.url };
    gatewayUrl = await started(createGatewayService(parseGatewayConfig(gatewayEnv), overrides));
    client = createClient({
      ...{ url: gatewayUrl, apiKey: KEY, timeoutMs: 30_000 },
      realtime: { reconnect: { firstMs: 300 }, holdMs: 30_000 },
    });
    const records = exchange.instrumentsOn(DATE).filter(({ symbol }) => symbol === SYMBOL);
    await ingest('instruments', records);
    await trade('10:00:00');
    await waitUntil(async () => (await client.market.trades(SYMBOL)).trades, { timeoutMs: 30_000 });
  });
  afterAll(async () => {
    client.close();
    await realtime.stop();
    for (const service of services) await service.stop();
    await bus.close();
  });

  async function ingest(table: string, records: readonly object[]): Promise<void> {
    const headers = { 'content-type': 'application/json', 'x-api-key': KEY };
    const init = { method: 'POST', headers, body: JSON.stringify({ records }) };
    const response = await fetch(`${gatewayUrl}/api/v1/ingest/${table}`, init);
    expect(await response.text()).toContain('"rejected":[]');
  }
  async function trade(until: string): Promise<void> {
    const events = exchange.step(at(until)).map((tick) => createEvent('md.tick', tick));
    await bus.publish(
      TOPICS.ticks,
      events.map((value) => ({ key: value.payload.symbol, value })),
    );
    await ingest('trades', exchange.takeTrades());
  }

  it('asks for what is stored', async () => {
    const { market, rest } = client;
    const query = { start: at('09:30:00').toString(), end: at('10:00:00').toString(), period: '1m' } as const;
    await waitUntil(async () => (await market.bars(SYMBOL, query)).bars.length >= 30, { timeoutMs: 30_000 });
    expect(await market.quote('sh600519')).toMatchObject({ symbol: SYMBOL, bids: expect.any(Array) });
    expect(await market.quotes([SYMBOL])).toMatchObject([{ symbol: SYMBOL }]);
    expect((await market.ticks(SYMBOL, { limit: 3 })).ticks).toHaveLength(3);
    expect(await market.depth(SYMBOL, { limit: 2 })).toHaveLength(2);
    expect(await market.search('600519')).toMatchObject([{ symbol: SYMBOL }]);
    expect((await market.instruments({ kind: 'stock' })).instruments).toMatchObject([{ symbol: SYMBOL }]);
    expect(await market.instrument(SYMBOL)).toMatchObject({ symbol: SYMBOL, status: 'listed' });
    expect(await market.tradingDays({ start: DATE, end: DATE })).toEqual([DATE]);
    expect(await rest.call(routes.whoAmI, {})).toMatchObject({ scopes: expect.arrayContaining(['read']) });
    await expect(market.instrument('601398.SH')).rejects.toMatchObject({ code: 'NOT_FOUND', status: 404 });
    const bad = rest.call(routes.listStocks, { query: { limit: -1 } });
    await expect(bad).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', errors: [{ field: 'limit' }] });
  });

  it('signs in by password, and goes on by the refresh token', async () => {
    const body = { username: 'ann', password: 'correct horse battery' };
    const headers = { 'content-type': 'application/json' };
    await fetch(`${gatewayUrl}/api/v1/auth/register`, { method: 'POST', headers, body: JSON.stringify(body) });
    const anonymous = createClient({ url: gatewayUrl });
    let refreshToken: string | undefined;
    const reasons: string[] = [];
    const ann = createClient({
      url: gatewayUrl,
      token: async (reason) => {
        reasons.push(reason);
        const tokens = refreshToken
          ? await anonymous.rest.call(routes.refreshTokens, { body: { refreshToken } })
          : await anonymous.rest.call(routes.login, { body });
        refreshToken = tokens.refreshToken;
        // The first one is spoilt, as if it had been revoked.
        return reasons.length === 1 ? `${tokens.accessToken.slice(0, -6)}AAAAAA` : tokens.accessToken;
      },
    });
    expect(await ann.rest.call(routes.whoAmI, {})).toMatchObject({ role: 'user' });
    expect(reasons).toEqual(['first', 'refused']);
    const page = createClient({
      url: gatewayUrl,
      ticket: async () => (await ann.rest.call(routes.createSocketTicket, {})).ticket,
    });
    await page.realtime.connect();
    await page.realtime.subscribe({ room: `tick:${SYMBOL}` });
    expect(page.realtime.rooms).toEqual([`tick:${SYMBOL}`]);
    page.close();
  });

  it('is used as its README says', async () => {
    const readme = readFileSync(join(import.meta.dirname, '../../../libs/client/README.md'), 'utf8');
    const [, example = ''] = /## Node\n\n```js\n(.*?)```/su.exec(readme) ?? [];
    const newest = (await client.market.ticks(SYMBOL, { limit: 1 })).ticks[0]?.seq ?? 0;
    const env = { ...process.env, QUOTEFLEET_URL: gatewayUrl, QUOTEFLEET_KEY: KEY, UNTIL: String(newest + 3) };
    const cwd = import.meta.dirname;
    const program = spawn(process.execPath, ['--input-type=module', '--eval', example], { cwd, env });
    let output = '';
    for (const stream of [program.stdout, program.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    const ended = once(program, 'exit');
    await waitUntil(() => output.includes(`tick snapshot ${newest} `), { timeoutMs: 30_000 });
    await trade('10:00:20');
    expect(await ended).toEqual([0, null]);
    const lines = output
      .trim()
      .split('\n')
      .filter((line) => !/warning/iu.test(line));
    expect(lines.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      ...['bars 5', `tick snapshot ${newest}`],
      ...[1, 2, 3].map((step) => `tick live ${newest + step}`),
    ]);
  });

  it('misses no tick, trade or final bar while the node is away, and doubles none', async () => {
    const seen = new Map<string, AnyMessage[]>();
    const gaps: AnyMessage[] = [];
    const watch = async (room: string) => {
      const messages: AnyMessage[] = [];
      seen.set(room, messages);
      const onMessage = (message: AnyMessage) => messages.push(message);
      await client.realtime.subscribe({ room, onMessage, onGap: (gap) => gaps.push(gap) });
      return messages;
    };
    await client.realtime.connect();
    const [ticks, trades] = [await watch(`tick:${SYMBOL}`), await watch(`trade:${SYMBOL}`)];
    const bars = await watch(`bar:${SYMBOL}:1m`);
    await trade('10:03:10');
    await waitUntil(() => bars.some(({ origin }) => origin === 'live'), { timeoutMs: 30_000 });
    await realtime.stop();
    await trade('10:08:20');
    await startRealtime();
    await waitUntil(() => client.realtime.counts.connections === 2, { timeoutMs: 30_000 });
    await trade('10:12:30');

    // What came before is the snapshot.
    const query = { start: String(at('10:00:30')), limit: 5000 };
    const since = (messages: AnyMessage[], first: number) =>
      messages.map(({ seq }) => seq).filter((seq) => seq >= first);
    const compare = async (messages: AnyMessage[], load: () => Promise<{ seq: number }[]>) => {
      const stored = (await load()).map(({ seq }) => seq);
      expect(stored.length).toBeGreaterThan(100);
      expect(since(messages, stored[0] ?? 0)).toEqual(stored);
      return true;
    };
    const patient = { timeoutMs: 60_000, intervalMs: 500 };
    await waitUntil(() => compare(ticks, async () => (await client.market.ticks(SYMBOL, query)).ticks), patient);
    const stored = async () => (await client.market.trades(SYMBOL, query)).trades as { seq: number }[];
    await waitUntil(() => compare(trades, stored), patient);
    await waitUntil(() => {
      const ends = bars.flatMap(({ type, payload }) => (type === 'bar' && payload.final ? [payload.ts] : []));
      const minutes = [...new Set(ends)].map((ts) => (ts - at('10:00:00')) / 60_000).filter((minute) => minute > 0);
      expect(minutes).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      return true;
    }, patient);
    expect(gaps).toEqual([]);
    const origins = new Set([...seen.values()].flat().map(({ origin }) => origin));
    expect([...origins].toSorted()).toEqual(['live', 'repaired', 'snapshot']);
  });
});
