import { decode } from '@msgpack/msgpack';
import { type Access, createAccess, DEFAULT_POLICY } from '@quotefleet/access';
import {
  type BarPayload,
  barEvent,
  createEvent,
  MARKET_NAMESPACE,
  marketApi,
  type Quote,
  type RoomRequest,
  type ServerMessage,
  SOCKET_EVENTS,
  type SubscribeReply,
  serverMessageSchema,
  subscribeReplySchema,
  type TickPayload,
  TOPICS,
  type TradePayload,
  tickEvent,
  tradeEvent,
} from '@quotefleet/contracts';
import { createInProcessBus, type EventBus } from '@quotefleet/messaging';
import {
  AppError,
  type Authenticator,
  type Credentials,
  createApp,
  createLogger,
  createMetrics,
  Health,
  type ListeningServer,
  listen,
  mount,
  notFound,
  type RunningService,
} from '@quotefleet/service-kit';
import { mountTable } from '@quotefleet/service-kit/tables';
import { Router } from 'express';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { createRealtimeService, parseRealtimeConfig } from '../src/index.ts';

export const GOOD_KEY = 'qf_test_key';
export const TRIAL_KEY = 'qf_trial_key';
export const FEED_KEY = 'qf_feed_key';
export const UNIVERSE = ['600519.SH', '000001.SZ', '000300.SH', '510300.SH'];

/** What the stand-in for market-data has stored, and how often it was asked. */
export interface FakeMarketData {
  quotes: Map<string, Quote>;
  bars: Map<string, { time: string; close: number }[]>;
  ticks: Map<string, TickPayload[]>;
  trades: Map<string, TradePayload[]>;
  /** Quotes of the whole market. */
  market: object[];
  /** Members of boards and concepts, by name and code. */
  boards: Map<string, string[]>;
  calls: { info: number; quote: number; bars: number };
  isDown: boolean;
}

export interface Fixture {
  bus: EventBus;
  service: RunningService;
  marketData: FakeMarketData;
  /** Connects and waits for the namespace. */
  connect(options?: Partial<ManagerOptions & SocketOptions>): Promise<TestClient>;
  stop(): Promise<void>;
}

/** A subscriber that keeps every message it was pushed. */
export interface TestClient {
  socket: Socket;
  messages: ServerMessage[];
  /** Messages per frame. */
  frames: number[];
  subscribe(...rooms: (string | RoomRequest)[]): Promise<SubscribeReply>;
  unsubscribe(...rooms: string[]): Promise<SubscribeReply>;
}

export const silentLogger = createLogger({ service: 'test', level: 'silent' });

/** Knows two keys, and a token that is of no use. */
const byKey: Authenticator = {
  async authenticate({ apiKey, token }: Credentials) {
    if (token === 'without-scope') return { subject: 'user-2', client: 'user-2', role: 'user', scopes: [] };
    if (apiKey === TRIAL_KEY) return { subject: 'user-3', client: 'key-3', role: 'trial', scopes: ['read'] };
    if (apiKey === FEED_KEY) return { subject: 'service-1', client: 'key-4', role: 'service', scopes: ['read'] };
    if (apiKey !== GOOD_KEY) throw new AppError('UNAUTHENTICATED', 'the API key is not valid');
    return { subject: 'user-1', client: 'key-1', role: 'user', scopes: ['read'] };
  },
  forget: () => true,
  noteUse: () => undefined,
  close: async () => undefined,
};

const builtIn = await createAccess(DEFAULT_POLICY);

export async function startFixture({
  env = {},
  bus: givenBus,
  authenticator = byKey,
  policy = { current: () => builtIn },
}: {
  env?: Record<string, string>;
  bus?: EventBus;
  authenticator?: Authenticator;
  /** What holds where a test has no auth of its own. */
  policy?: { current: () => Access };
} = {}): Promise<Fixture> {
  const marketData: FakeMarketData = {
    quotes: new Map(),
    bars: new Map(),
    ticks: new Map(),
    trades: new Map(),
    market: [],
    boards: new Map(),
    calls: { info: 0, quote: 0, bars: 0 },
    isDown: false,
  };
  const upstream = await serveMarketData(marketData);
  const bus = givenBus ?? createInProcessBus({});
  const service = await createRealtimeService(
    parseRealtimeConfig({ QF_REALTIME_PORT: '0', QF_MARKET_DATA_URL: upstream.url, ...env }),
    { bus, logger: silentLogger, authenticator, ...(env.QF_AUTH_URL === undefined ? { policy } : {}) },
  );
  const clients: Socket[] = [];
  return {
    bus,
    service,
    marketData,
    connect: async (options) => {
      const client = await connect(service.url, options);
      clients.push(client.socket);
      return client;
    },
    stop: async () => {
      for (const client of clients) client.close();
      await service.stop();
      if (!givenBus) await bus.close();
      await upstream.close();
    },
  };
}

function instrument(symbol: string) {
  return { symbol, name: symbol, kind: 'stock', board: 'sse-main', isSt: false, status: 'listed' };
}

async function serveMarketData(data: FakeMarketData): Promise<ListeningServer> {
  const routes = Router();
  routes.use((_request, _response, next) => {
    if (data.isDown) throw new AppError('UNAVAILABLE', 'down for the test');
    next();
  });
  mount(routes, marketApi.stockInfo, ({ params: { symbol } }) => {
    data.calls.info += 1;
    if (!UNIVERSE.includes(symbol)) throw notFound(`no instrument ${symbol}`);
    return instrument(symbol);
  });
  const quote = ({ params: { symbol } }: { params: { symbol: string } }) => {
    data.calls.quote += 1;
    const found = data.quotes.get(symbol);
    if (!found) throw notFound(`no quote of ${symbol}`);
    return found;
  };
  mount(routes, marketApi.realtimeStock, quote);
  mount(routes, marketApi.realtimeIndex, quote);
  mount(routes, marketApi.listTicks, ({ params: { symbol }, query: { start = '0', end, limit } }) => {
    const inRange = (data.ticks.get(symbol) ?? []).filter(({ ts }) => ts >= Number(start) && ts <= Number(end));
    const page = start === '0' ? inRange.slice(-(limit ?? 1000)) : inRange.slice(0, limit ?? 1000);
    return { symbol, ticks: page.map((tick) => ({ ...tick, time: new Date(tick.ts).toISOString() })) };
  });
  mount(routes, marketApi.historicalStock, ({ params: { symbol }, query: { period } }) => {
    data.calls.bars += 1;
    const bars = data.bars.get(`${symbol}:${period}`) ?? [];
    return {
      symbol,
      period,
      bars: bars.map(({ time, close }) => ({
        ...{ time, tradeDate: time.slice(0, 10), open: close, high: close, low: close, close },
        ...{ volume: 100, amount: 100, final: true },
      })),
    };
  });
  mountTable(routes, marketApi.listTrades, ({ params: { symbol }, query: { start, end } }) => ({
    beside: { symbol },
    load: async (cursor, limit) => {
      const inRange = (data.trades.get(symbol) ?? [])
        .filter(({ ts }) => ts >= Number(start ?? 0) && ts <= Number(end ?? Number.POSITIVE_INFINITY))
        .map((trade) => ({ ...trade, time: trade.ts }));
      if (start === undefined) return { rows: inRange.slice(-limit) };
      const from = Number(cursor ?? 0);
      const isLast = from + limit >= inRange.length;
      return { rows: inRange.slice(from, from + limit), ...(isLast ? {} : { nextCursor: `${from + limit}` }) };
    },
  }));
  mountTable(routes, marketApi.realtimeMarket, () => ({ load: async () => ({ rows: data.market }) }));
  mountTable(routes, marketApi.listStocks, ({ query: { board } }) => ({
    load: async () => ({ rows: (data.boards.get(board ?? '') ?? []).map(instrument) }),
  }));
  mountTable(routes, marketApi.listConceptMembers, ({ params: { code } }) => {
    const members = data.boards.get(code);
    if (!members) throw notFound(`there is no ${code} in concepts`);
    return {
      beside: { code, date: '2025-11-20' },
      load: async () => ({ rows: members.map((symbol) => ({ code, symbol, inDate: '2020-01-01' })) }),
    };
  });
  const app = createApp({ logger: silentLogger, metrics: createMetrics('fake'), health: new Health(), routes });
  return listen(app, { host: '127.0.0.1', port: 0 });
}

async function connect(url: string, options: Partial<ManagerOptions & SocketOptions> = {}): Promise<TestClient> {
  const socket = io(`${url}${MARKET_NAMESPACE}`, {
    transports: ['websocket'],
    auth: { apiKey: GOOD_KEY },
    reconnection: false,
    forceNew: true,
    ...options,
  });
  const messages: ServerMessage[] = [];
  const frames: number[] = [];
  socket.on(SOCKET_EVENTS.messages, (content: unknown[] | Uint8Array) => {
    const frame = Array.isArray(content) ? content : (decode(content) as unknown[]);
    frames.push(frame.length);
    messages.push(...frame.map((message) => serverMessageSchema.parse(message)));
  });
  const call = async (event: string, rooms: (string | RoomRequest)[]) =>
    subscribeReplySchema.parse(await socket.timeout(5000).emitWithAck(event, { rooms }));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return {
    socket,
    messages,
    frames,
    subscribe: (...rooms) => call(SOCKET_EVENTS.subscribe, rooms),
    unsubscribe: (...rooms) => call(SOCKET_EVENTS.unsubscribe, rooms),
  };
}

export async function publishTicks(bus: EventBus, ...ticks: TickPayload[]): Promise<void> {
  await bus.publish(
    TOPICS.ticks,
    ticks.map((tick) => ({ key: tick.symbol, value: tickEvent.parse(createEvent('md.tick', tick)) })),
  );
}

export async function publishBars(bus: EventBus, ...bars: BarPayload[]): Promise<void> {
  await bus.publish(
    TOPICS.bars,
    bars.map((bar) => ({ key: bar.symbol, value: barEvent.parse(createEvent('md.bar', bar)) })),
  );
}

export async function publishTrades(bus: EventBus, ...trades: TradePayload[]): Promise<void> {
  await bus.publish(
    TOPICS.trades,
    trades.map((trade) => ({ key: trade.symbol, value: tradeEvent.parse(createEvent('md.trade', trade)) })),
  );
}
