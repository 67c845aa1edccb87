import { type ClientOptions, createClient, type QuotefleetClient } from '@quotefleet/client';
import {
  type BarPayload,
  createEvent,
  type Identity,
  marketApi,
  type TickPayload,
  TOPICS,
} from '@quotefleet/contracts';
import { createInProcessBus, type EventBus } from '@quotefleet/messaging';
import { createRealtimeService, parseRealtimeConfig } from '@quotefleet/realtime';
import {
  AppError,
  type Authenticator,
  createApp,
  createLogger,
  createMetrics,
  Health,
  type ListeningServer,
  listen,
  mount,
  type RunningService,
} from '@quotefleet/service-kit';
import { createFaultProxy, type FaultProxy } from '@quotefleet/testing';
import { Router } from 'express';

const logger = createLogger({ service: 'test', level: 'silent' });
const FIRST_TS = Date.parse('2026-11-20T10:00:00+08:00');

/** Keys and tokens that are written out: `role`, or `role seconds` for those that end so long after they are shown. */
function authenticator(): Authenticator {
  const shown = new Map<string, number>();
  return {
    async authenticate({ apiKey, token, ticket }): Promise<Identity> {
      const text = apiKey ?? token ?? ticket ?? '';
      const [role = '', seconds] = text.split(' ');
      if (role === '' || role === 'nobody') throw new AppError('UNAUTHENTICATED', 'the credentials are not valid');
      const since = shown.get(text) ?? Date.now();
      shown.set(text, since);
      const expires = seconds === undefined ? {} : { expiresAt: since + Number(seconds) * 1000 };
      if ((expires.expiresAt ?? Number.POSITIVE_INFINITY) <= Date.now())
        throw new AppError('UNAUTHENTICATED', 'the token has expired');
      return { subject: 'user-1', client: 'user-1', role, scopes: ['read'], ...expires };
    },
    forget: () => true,
    noteUse: () => undefined,
    close: async () => undefined,
  };
}

export function tickOf(symbol: string, seq: number): TickPayload {
  const ts = FIRST_TS + seq * 50;
  // A book that changes in some levels with every tick.
  const levels = [0, 1, 2, 3, 4];
  return {
    ...{ symbol, seq, epoch: 'e1', ts, receivedTs: ts, source: 'test', volume: seq * 100, amount: seq * 1000 },
    ...{ last: 10, open: 10, high: 11, low: 9, preClose: 10 },
    bidPrices: levels.map((level) => (995 - level - (seq % 3)) / 100),
    bidVolumes: levels.map((level) => 100 * (1 + ((seq + level * level) % 4))),
    askPrices: levels.map((level) => (1005 + level + (seq % 2)) / 100),
    askVolumes: levels.map((level) => 100 * (1 + ((seq * 3 + level) % 5))),
  };
}

/** The minute bar number so many of a day, whose last tick had that number too. */
export function barOf(symbol: string, minute: number, final: boolean): BarPayload {
  return {
    ...{ symbol, period: '1m', ts: FIRST_TS + minute * 60_000, open: 10, high: 11, low: 9, close: minute, final },
    ...{ volume: minute * 100, amount: minute * 1000, seq: minute, epoch: 'e1' },
  };
}

interface Stored {
  ticks: Map<string, TickPayload[]>;
  bars: Map<string, BarPayload[]>;
}

/** Realtime nodes behind a network that fails as it is told, and a store with everything that was published. */
export class ClientFleet {
  readonly bus: EventBus = createInProcessBus({});
  /** What REST answers. */
  readonly stored: Stored = { ticks: new Map(), bars: new Map() };
  readonly nodes: RunningService[] = [];
  proxy!: FaultProxy;
  /** Where new connections are led. */
  node = 0;
  #store!: ListeningServer;
  readonly #clients: QuotefleetClient[] = [];

  static async start(): Promise<ClientFleet> {
    const fleet = new ClientFleet();
    fleet.#store = await serveStored(fleet.stored);
    await fleet.startNode();
    const target = () => {
      const { hostname, port } = new URL(fleet.nodes[fleet.node]?.url ?? '');
      return { host: hostname, port: Number(port) };
    };
    fleet.proxy = await createFaultProxy({ target });
    return fleet;
  }

  async startNode(): Promise<RunningService> {
    const node = await createRealtimeService(
      parseRealtimeConfig({ QF_REALTIME_PORT: '0', QF_MARKET_DATA_URL: this.#store.url, QF_REALTIME_FLUSH_MS: '20' }),
      { bus: this.bus, logger, authenticator: authenticator() },
    );
    this.nodes.push(node);
    return node;
  }

  /** A client of the fleet, by way of the proxy; it comes back sooner than others, so that tests take less time. */
  client({ realtime = {}, ...options }: Partial<ClientOptions> = {}): QuotefleetClient {
    const url = `http://${this.proxy.host}:${this.proxy.port}`;
    const soon = { firstMs: 200, firstAttempts: 10, longestMs: 500 };
    const client = createClient({
      ...{ url: this.#store.url, apiKey: 'user', ...options },
      realtime: { url, reconnect: soon, connectTimeoutMs: 2000, ...realtime },
    });
    this.#clients.push(client);
    return client;
  }

  /** Publishes ticks, and stores them. */
  async tick(symbol: string, from: number, to = from, { isStored = true, isTold = true } = {}): Promise<void> {
    const ticks = Array.from({ length: to - from + 1 }, (_, index) => tickOf(symbol, from + index));
    if (isStored) this.stored.ticks.set(symbol, [...(this.stored.ticks.get(symbol) ?? []), ...ticks]);
    const events = ticks.map((tick) => ({ key: symbol, value: createEvent('md.tick', tick) }));
    if (isTold) await this.bus.publish(TOPICS.ticks, events);
  }

  /** Publishes the states of minute bars up to the final one, and stores that. */
  async bars(symbol: string, from: number, to: number): Promise<void> {
    for (let minute = from; minute <= to; minute++) {
      const states = [false, true].map((final) => barOf(symbol, minute, final));
      this.stored.bars.set(symbol, [...(this.stored.bars.get(symbol) ?? []), ...states.slice(-1)]);
      await this.bus.publish(
        TOPICS.bars,
        states.map((bar) => ({ key: symbol, value: createEvent('md.bar', bar) })),
      );
    }
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.bus.close();
    await this.proxy.close();
    await this.#store.close();
  }
}

async function serveStored(stored: Stored): Promise<ListeningServer> {
  const routes = Router();
  mount(routes, marketApi.stockInfo, ({ params: { symbol } }) => {
    return { symbol, name: symbol, kind: 'stock', board: 'sse-main', isSt: false, status: 'listed' };
  });
  mount(routes, marketApi.listTicks, ({ params: { symbol }, query: { start, end, limit = 1000, cursor } }) => {
    const isInRange = isWithin(start, end);
    const inRange = (stored.ticks.get(symbol) ?? []).filter(({ ts }) => isInRange(ts));
    const at = start === undefined ? Math.max(0, inRange.length - limit) : Number(cursor ?? 0);
    const ticks = inRange.slice(at, at + limit).map((tick) => ({ ...tick, time: new Date(tick.ts).toISOString() }));
    return { symbol, ticks, ...(at + limit < inRange.length ? { nextCursor: String(at + limit) } : {}) };
  });
  mount(routes, marketApi.historicalStock, ({ params: { symbol }, query: { period, start, end } }) => {
    const isInRange = isWithin(start, end);
    const bars = (stored.bars.get(symbol) ?? [])
      .filter(({ ts }) => isInRange(ts))
      .map(({ symbol: _symbol, period: _period, seq: _seq, epoch: _epoch, ts, ...bar }) => {
        return { ...bar, time: new Date(ts).toISOString(), tradeDate: '2026-11-20' };
      });
    return { symbol, period, bars };
  });
  const app = createApp({ logger, metrics: createMetrics('stored'), health: new Health(), routes });
  return listen(app, { host: '127.0.0.1', port: 0 });
}

function isWithin(start: string | undefined, end: string | undefined): (ts: number) => boolean {
  return (ts) => ts >= Number(start ?? 0) && ts <= Number(end ?? Number.POSITIVE_INFINITY);
}
