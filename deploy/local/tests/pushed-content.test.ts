import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { createAuthService, parseAuthConfig } from '@quotefleet/auth';
import {
  type BarPayload,
  type BarView,
  createEvent,
  type RoomResult,
  type ServerMessage,
  type SubscribeReply,
  TOPICS,
  type TradePayload,
} from '@quotefleet/contracts';
import { createMarketDataService, parseMarketDataConfig } from '@quotefleet/market-data';
import { createSimExchange } from '@quotefleet/market-data/sim';
import { createInProcessBus, type EventBus } from '@quotefleet/messaging';
import { createRealtimeService, parseRealtimeConfig } from '@quotefleet/realtime';
import { generateMasterKey } from '@quotefleet/secrets';
import { createLogger, type RunningService } from '@quotefleet/service-kit';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import { io, type Socket } from 'socket.io-client';

// Three services start, and a day is traded.
jest.setTimeout(180_000);

const KEY = 'bootstrap-of-pushed-content';
const DATE = '2026-11-20';
const SYMBOLS = ['600519.SH', '000001.SZ', '688981.SH'];
const PERIODS = ['5m', '15m', '30m', '60m', '1w', '1M'] as const;
const BATCH = 500;
const at = (time: string) => Date.parse(`${DATE}T${time}+08:00`);

describeWith('postgres', 'what a node pushes of a simulated day', (servers) => {
  const database = isolatedDatabase(servers);
  const services: RunningService[] = [];
  const exchange = createSimExchange({ seed: 3, date: DATE, epoch: 'sim', universe: SYMBOLS, tradesOf: SYMBOLS });
  let bus: EventBus;
  let marketUrl: string;
  let socket: Socket;
  const messages = new Map<string, ServerMessage[]>();

  beforeAll(async () => {
    bus = createInProcessBus({});
    const logger = createLogger({ service: 'test', level: 'silent' });
    const common = { QF_DATABASE_URL: database.url };
    const started = async (starting: Promise<RunningService>) => {
      const service = await starting;
      services.unshift(service);
      return service.url;
    };
    const authEnv = { QF_AUTH_PORT: '0', QF_MASTER_KEY: generateMasterKey(), QF_BOOTSTRAP_API_KEY: KEY };
    const authUrl = await started(createAuthService(parseAuthConfig({ ...common, ...authEnv }), { bus, logger }));
    const marketEnv = { ...common, QF_MARKET_DATA_PORT: '0', QF_SOURCE: 'none' };
    marketUrl = await started(createMarketDataService(parseMarketDataConfig(marketEnv), { bus, logger }));
    await ingest(
      'instruments',
      exchange.instrumentsOn(DATE).filter(({ symbol }) => SYMBOLS.includes(symbol)),
    );
    const realtimeEnv = { QF_REALTIME_PORT: '0', QF_AUTH_URL: authUrl, QF_MARKET_DATA_URL: marketUrl };
    const realtimeUrl = await started(createRealtimeService(parseRealtimeConfig(realtimeEnv), { bus, logger }));
    socket = io(`${realtimeUrl}/market`, { auth: { apiKey: KEY }, transports: ['websocket'] });
    socket.on('messages', (frame: ServerMessage[]) => {
      for (const message of frame) messages.set(message.room, [...(messages.get(message.room) ?? []), message]);
    });
    await new Promise((resolve) => socket.once('connect', () => resolve(undefined)));
  });
  afterAll(async () => {
    socket.close();
    for (const service of services) await service.stop();
    await bus.close();
  });

  async function ingest(table: string, records: readonly object[]): Promise<void> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ records }) };
    const response = await fetch(`${marketUrl}/api/v1/ingest/${table}`, init);
    const text = await response.text();
    expect({ status: response.status, text }).toMatchObject({ text: expect.stringContaining('"rejected":[]') });
  }
  async function rest<T>(path: string): Promise<T> {
    const response = await fetch(`${marketUrl}/api/v1/${path}`);
    return ((await response.json()) as { data: T }).data;
  }
  async function subscribe(...rooms: string[]): Promise<RoomResult[]> {
    const reply: SubscribeReply = await socket.timeout(20_000).emitWithAck('subscribe', { rooms });
    expect(reply.results.filter(({ accepted }) => !accepted)).toEqual([]);
    return reply.results;
  }
  async function trade(until: string): Promise<void> {
    const ticks = exchange.step(at(until));
    for (let from = 0; from < ticks.length; from += BATCH) {
      const events = ticks.slice(from, from + BATCH).map((tick) => createEvent('md.tick', tick));
      await bus.publish(
        TOPICS.ticks,
        events.map((value) => ({ key: value.payload.symbol, value })),
      );
    }
    const trades = exchange.takeTrades();
    for (let from = 0; from < trades.length; from += 10 * BATCH)
      await ingest('trades', trades.slice(from, from + 10 * BATCH));
  }
  const restBars = async (symbol: string, period: string) =>
    (await rest<{ bars: BarView[] }>(`historical/stock/${symbol}?period=${period}&start=${DATE}`)).bars;
  const pushed = (symbol: string, period: string) =>
    (messages.get(`bar:${symbol}:${period}`) ?? []).map(({ payload }) => payload as BarPayload);
  /** Sums of the same figures in another order differ in their last digits. */
  const figures = ({ open, high, low, close, volume, amount }: BarView | BarPayload, ts: number) => ({
    ...{ ts, open, high, low, close, volume, amount: Math.round(amount * 100) / 100 },
  });

  it('begins in the middle of a bar with the one that REST shows', async () => {
    await trade('10:17:20');
    await waitUntil(async () => (await restBars('600519.SH', '1m')).length === 49, { timeoutMs: 60_000 });
    for (const symbol of SYMBOLS) {
      for (const { requested, snapshot } of await subscribe(...PERIODS.map((period) => `bar:${symbol}:${period}`))) {
        const bar = snapshot?.payload as BarPayload;
        const [shown] = (await restBars(symbol, bar.period)).slice(-1);
        expect({ requested, ...figures(bar, bar.ts), final: bar.final }).toEqual(
          shown && { requested, ...figures(shown, Date.parse(shown.time)), final: false },
        );
      }
    }
  });

  it('ends every bar of the day as REST has it, in one chain', async () => {
    const rooms = SYMBOLS.map((symbol) => `trade:${symbol}`);
    const starts = new Map((await subscribe(...rooms)).map(({ room, snapshot }) => [room, snapshot?.seq]));
    await trade('15:31:00');
    await waitUntil(
      () => SYMBOLS.every((symbol) => pushed(symbol, '60m').some(({ ts, final }) => final && ts === at('15:00:00'))),
      { timeoutMs: 90_000, message: 'the last bars of the day' },
    );
    for (const symbol of SYMBOLS) {
      for (const period of PERIODS) {
        const bars = await restBars(symbol, period);
        const newest = new Map(pushed(symbol, period).map((bar) => [bar.ts, bar]));
        const seen = bars.filter(({ time }) => newest.has(Date.parse(time)));
        expect([...newest.values()].map((bar) => figures(bar, bar.ts))).toEqual(
          seen.map((bar) => figures(bar, Date.parse(bar.time))),
        );
        const expected = { '5m': 39, '15m': 13, '30m': 7, '60m': 4, '1w': 1, '1M': 1 }[period];
        expect({ symbol, period, bars: seen.length }).toEqual({ symbol, period, bars: expected });
        if (period.endsWith('m')) expect([...newest.values()].every(({ final }) => final)).toBe(true);
      }
      const stored = await rest<{ trades: TradePayload[] }>(`trades/${symbol}?start=${DATE}&limit=50000`);
      const after = stored.trades.map(({ seq }) => seq).filter((seq) => seq > (starts.get(`trade:${symbol}`) ?? 0));
      expect(after.length).toBeGreaterThan(500);
      await waitUntil(() => messages.get(`trade:${symbol}`)?.length === after.length);
      expect(messages.get(`trade:${symbol}`)?.map(({ seq }) => seq)).toEqual(after);
    }
    for (const [room, all] of messages) {
      const chain = all.slice(1).map(({ prevSeq }) => prevSeq);
      expect({ room, chain }).toEqual({ room, chain: all.slice(0, -1).map(({ seq }) => seq) });
    }
  });

  it('sums boards up and ranks the market as its quotes stand', async () => {
    const results = await subscribe('board:main', 'board:star', 'market:movers');
    const [main, star, movers] = results.map(({ snapshot }) => snapshot?.payload);
    const { quotes } = await rest<{ quotes: { symbol: string; changePercent: number; amount: number }[] }>(
      'realtime/market?sort=changePercent&order=desc',
    );
    expect(quotes.map(({ symbol }) => symbol).toSorted()).toEqual(SYMBOLS.toSorted());
    const moved = (symbol: string) => quotes.find((quote) => quote.symbol === symbol)?.changePercent ?? Number.NaN;
    expect(main).toMatchObject({ board: 'main', members: 2 });
    expect(star).toMatchObject({ members: 1, changePercent: moved('688981.SH'), leaders: [{ symbol: '688981.SH' }] });
    expect(movers).toMatchObject({
      gainers: quotes.filter(({ changePercent }) => changePercent > 0).map(({ symbol }) => ({ symbol })),
      byAmount: quotes.toSorted((a, b) => b.amount - a.amount).map(({ symbol, amount }) => ({ symbol, amount })),
    });
  });
});
