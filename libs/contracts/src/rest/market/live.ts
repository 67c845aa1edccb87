import { z } from 'zod';
import { tickSchema } from '../../events/market.ts';
import type { Endpoint, TableShape } from '../endpoint.ts';
import { fieldsOf, pageSchema, tableQuery } from '../table-schema.ts';
import { rangeQuery, symbolList, symbolParam } from './parameters.ts';

const level = z.object({ price: z.number(), volume: z.int() });

/** The latest state of one instrument. Prices in yuan, volume in shares, amount in yuan. */
export const quoteSchema = z.object({
  symbol: z.string(),
  name: z.string().optional(),
  time: z.string(),
  last: z.number(),
  open: z.number(),
  high: z.number(),
  low: z.number(),
  preClose: z.number(),
  change: z.number(),
  changePercent: z.number(),
  volume: z.int(),
  amount: z.number(),
  bids: z.array(level),
  asks: z.array(level),
  limitUp: z.number().optional(),
  limitDown: z.number().optional(),
  phase: z.string().optional(),
  epoch: z.string(),
  seq: z.int(),
});
export type Quote = z.infer<typeof quoteSchema>;

export const realtimeStock = {
  id: 'realtimeStock',
  method: 'get',
  path: '/api/v1/realtime/stock/{symbol}',
  tag: 'market data',
  summary: 'Latest quote of a stock or ETF with its five-level book',
  access: 'read',
  params: symbolParam,
  data: quoteSchema,
} as const satisfies Endpoint;

export const realtimeIndex = {
  ...realtimeStock,
  id: 'realtimeIndex',
  path: '/api/v1/realtime/index/{symbol}',
  summary: 'Latest quote of an index',
} as const satisfies Endpoint;

const quotes: TableShape = {
  fields: [
    { name: 'symbol', type: 'text' },
    { name: 'name', type: 'text', optional: true },
    { name: 'time', type: 'timestamp' },
    ...fieldsOf('quotes', ['symbol', 'ts']),
  ],
  itemsKey: 'quotes',
};

export const realtimeBatch = {
  id: 'realtimeBatch',
  method: 'get',
  path: '/api/v1/realtime/batch',
  tag: 'market data',
  summary: 'Latest quotes of many symbols; one that has none is left out',
  access: 'read',
  query: tableQuery.pick({ fields: true, format: true }).extend({ symbols: symbolList }),
  data: pageSchema(quotes),
  table: quotes,
} as const satisfies Endpoint;

const figure = (what: string) =>
  z.string().trim().min(1).pipe(z.coerce.number()).optional().meta({ description: what, type: 'number' });

export const realtimeMarket = {
  id: 'realtimeMarket',
  method: 'get',
  path: '/api/v1/realtime/market',
  tag: 'market data',
  summary: 'The whole market: the latest quote of every symbol, a second old at most',
  access: 'read',
  query: tableQuery.extend({
    sort: z.enum(['symbol', 'last', 'change', 'changePercent', 'volume', 'amount']).default('symbol'),
    order: z.enum(['asc', 'desc']).default('asc'),
    kind: z.enum(['stock', 'etf', 'index', 'b-share', 'cdr', 'fund']).optional(),
    board: z.string().min(1).max(32).optional(),
    minChangePercent: figure('Percent'),
    maxChangePercent: figure('Percent'),
    minAmount: figure('Yuan'),
    minLast: figure('Yuan'),
    maxLast: figure('Yuan'),
  }),
  data: pageSchema(quotes),
  table: quotes,
} as const satisfies Endpoint;

const tickViewSchema = tickSchema.extend({ time: z.string() });
const asNumber = <T extends { type: string }>(column: T) =>
  column.type === 'timestamp' ? { ...column, type: 'bigint' as const } : column;
const ticks: TableShape = {
  fields: [{ name: 'time', type: 'timestamp' }, ...fieldsOf('ticks').map(asNumber)],
  itemsKey: 'ticks',
};

export const listTicks = {
  id: 'listTicks',
  method: 'get',
  path: '/api/v1/ticks/{symbol}',
  tag: 'market data',
  summary: 'Stored ticks of one symbol, oldest first',
  access: 'read',
  params: symbolParam,
  query: rangeQuery,
  data: z.object({ symbol: z.string(), ticks: z.array(tickViewSchema), nextCursor: z.string().optional() }),
  table: ticks,
} as const satisfies Endpoint;

const depth: TableShape = {
  fields: [{ name: 'time', type: 'timestamp' }, ...fieldsOf('depth', ['symbol', 'source']).map(asNumber)],
  itemsKey: 'books',
};

export const listDepth = {
  id: 'listDepth',
  method: 'get',
  path: '/api/v1/depth/{symbol}',
  tag: 'market data',
  summary: 'States of the order book, oldest first: stored depth, or where there is none the books of the ticks',
  access: 'read',
  params: symbolParam,
  query: rangeQuery,
  data: pageSchema(depth, z.object({ symbol: z.string() })),
  table: depth,
} as const satisfies Endpoint;

const trades: TableShape = {
  fields: [{ name: 'time', type: 'timestamp' }, ...fieldsOf('trades', ['symbol', 'source']).map(asNumber)],
  itemsKey: 'trades',
};

export const listTrades = {
  id: 'listTrades',
  method: 'get',
  path: '/api/v1/trades/{symbol}',
  tag: 'market data',
  summary: 'Single trades of one symbol, oldest first',
  access: 'read',
  params: symbolParam,
  query: rangeQuery,
  data: pageSchema(trades, z.object({ symbol: z.string() })),
  table: trades,
} as const satisfies Endpoint;
