import { marketApi } from '@quotefleet/contracts';
import {
  AppError,
  createApp,
  createLogger,
  createMetrics,
  Health,
  type ListeningServer,
  listen,
  mount,
  notFound,
} from '@quotefleet/service-kit';
import { mountTable } from '@quotefleet/service-kit/tables';
import { type RequestHandler, Router } from 'express';
import { mountRows } from './fake-rows.ts';

/** What the stand-in for market-data would answer now, and what it was asked. */
export interface FakeMarketData {
  close: number;
  asked: string[];
  isDown: boolean;
  /** Answers wait for it. */
  gate: Promise<void>;
  /** Answers everything, where there is one. */
  answer: RequestHandler | undefined;
  /** Whether it serves rows of many days and symbols (fake-rows.ts) in place of single ones. */
  hasRows?: boolean;
}

export function fakeMarketData(): FakeMarketData {
  return { close: 10, asked: [], isDown: false, gate: Promise.resolve(), answer: undefined };
}

/** Serves a few endpoints as market-data does, with the format, the version and the errors that a call asks for. */
export function serveMarketData(data: FakeMarketData): Promise<ListeningServer> {
  const routes = Router();
  routes.use(async (request, response, next) => {
    data.asked.push(request.originalUrl);
    if (data.isDown) throw new AppError('UNAVAILABLE', 'down for the test', { retryAfterSeconds: 3 });
    // What is read is decided before the wait: an answer in flight is an old one.
    request.headers['x-test-close'] = String(data.close);
    await data.gate;
    if (data.answer) data.answer(request, response, next);
    else next();
  });
  if (data.hasRows) mountRows(routes);
  mountBars(routes);
  mount(routes, marketApi.stockInfo, ({ params: { symbol } }) => {
    return { symbol, name: '贵州茅台', kind: 'stock', board: 'sse-main', isSt: false, status: 'listed' };
  });
  for (const endpoint of [marketApi.listStocks, marketApi.listConstituents, marketApi.listConceptMembers])
    mountTable(routes, endpoint, () => ({ load: async () => ({ rows: [] }) }));
  const logger = createLogger({ service: 'fake', level: 'silent' });
  const app = createApp({ logger, metrics: createMetrics('fake'), health: new Health(), routes });
  return listen(app, { host: '127.0.0.1', port: 0 });
}

function mountBars(routes: Router): void {
  const { historicalStock, historicalIndex, historicalHk, historicalUs } = marketApi;
  for (const endpoint of [historicalStock, historicalIndex, historicalHk, historicalUs]) {
    mountTable(routes, endpoint, ({ params: { symbol }, query: { period }, request }) => {
      if (symbol === '601398.SH') throw notFound(`no instrument ${symbol}`);
      return { beside: { symbol, period }, load: async () => ({ rows: [barOf(Number(request.get('x-test-close')))] }) };
    });
  }
  mountTable(routes, marketApi.historicalBatch, ({ query: { symbols, period }, request }) => ({
    beside: { period, adjust: 'none' },
    load: async () => ({
      rows: symbols.map((symbol) => ({ symbol, ...barOf(Number(request.get('x-test-close'))) })),
    }),
  }));
}

function barOf(close: number) {
  const prices = { open: close, high: close, low: close, close };
  const day = { time: Date.parse('2024-01-02T00:00:00+08:00'), tradeDate: '2024-01-02' };
  return { ...day, ...prices, volume: 1, amount: 1, final: true };
}
