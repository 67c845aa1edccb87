import { z } from 'zod';
import { tickSchema } from '../../events/market.ts';
import { period } from '../../primitives.ts';
import type { Endpoint } from '../endpoint.ts';

/** Rows one page may hold, and how many it holds when the caller does not say. */
export const PAGE_LIMIT_MAX = 5000;
export const PAGE_LIMIT_DEFAULT = 1000;
/** Ticks one ingest call may carry. */
export const INGEST_TICKS_MAX = 5000;

const symbolParam = z.object({
  symbol: z
    .string()
    .min(1)
    .max(32)
    .meta({ description: 'Any accepted form: 600519.SH, 600519, sh600519, 600519.XSHG', example: '600519.SH' }),
});
const limit = z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT);
const time = (what: string) =>
  z
    .string()
    .min(1)
    .max(40)
    .optional()
    .meta({
      description: `${what}: YYYY-MM-DD, YYYYMMDD, ISO 8601 or epoch ms. A date as end includes that whole day.`,
    });
const rangeQuery = z.object({
  start: time('Start of the range'),
  end: time('End of the range'),
  limit,
  cursor: z.string().max(200).optional().meta({ description: 'The nextCursor of the page before' }),
});

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

export const barViewSchema = z.object({
  time: z.string().meta({ description: 'End of a minute bar; midnight of the trade date for 1d, 1w, 1M' }),
  tradeDate: z.string(),
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.int(),
  amount: z.number(),
  final: z.boolean(),
});
export type BarView = z.infer<typeof barViewSchema>;

export const barPageSchema = z.object({
  symbol: z.string(),
  period,
  bars: z.array(barViewSchema),
  nextCursor: z.string().optional(),
});
export type BarPage = z.infer<typeof barPageSchema>;

export const instrumentViewSchema = z.object({
  symbol: z.string(),
  name: z.string(),
  kind: z.string(),
  board: z.string(),
  listDate: z.string().optional(),
  isSt: z.boolean(),
  status: z.string(),
});
export type InstrumentView = z.infer<typeof instrumentViewSchema>;

const historicalQuery = rangeQuery.extend({ period: period.default('1d') });

/** Bars of a stock or ETF; `/historical/index` takes the same query. */
export const historicalStock = {
  id: 'historicalStock',
  method: 'get',
  path: '/api/v1/historical/stock/{symbol}',
  tag: 'market data',
  summary: 'Bars of a stock or ETF, oldest first',
  access: 'read',
  params: symbolParam,
  query: historicalQuery,
  data: barPageSchema,
} as const satisfies Endpoint;

export const historicalIndex = {
  ...historicalStock,
  id: 'historicalIndex',
  path: '/api/v1/historical/index/{symbol}',
  summary: 'Bars of an index, oldest first',
} as const satisfies Endpoint;

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

const tickViewSchema = tickSchema.extend({ time: z.string() });

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
} as const satisfies Endpoint;

export const listStocks = {
  id: 'listStocks',
  method: 'get',
  path: '/api/v1/stocks/list',
  tag: 'reference data',
  summary: 'Instruments by symbol',
  access: 'read',
  query: z.object({
    kind: z.enum(['stock', 'etf', 'index', 'b-share', 'cdr', 'fund']).optional(),
    limit,
    cursor: z.string().max(200).optional(),
  }),
  data: z.object({ instruments: z.array(instrumentViewSchema), nextCursor: z.string().optional() }),
} as const satisfies Endpoint;

export const stockInfo = {
  id: 'stockInfo',
  method: 'get',
  path: '/api/v1/stocks/{symbol}/info',
  tag: 'reference data',
  summary: 'One instrument',
  access: 'read',
  params: symbolParam,
  data: instrumentViewSchema,
} as const satisfies Endpoint;

export const tradeCalendar = {
  id: 'tradeCalendar',
  method: 'get',
  path: '/api/v1/calendar',
  tag: 'reference data',
  summary: 'Trading days of the Shanghai, Shenzhen and Beijing exchanges, both ends included',
  access: 'read',
  query: z.object({ start: z.string().min(8).max(10), end: z.string().min(8).max(10) }),
  data: z.object({ tradingDays: z.array(z.string()) }),
} as const satisfies Endpoint;

/** A tick as a source hands it in: `seq` and `epoch` are the source's own where it has them. */
export const ingestTickSchema = tickSchema
  .extend({
    symbol: z.string().min(1).max(32),
    seq: z.int().min(0).optional(),
    epoch: z.string().min(1).max(64).optional(),
    source: z.string().min(1).max(64).default('api'),
  })
  .omit({ receivedTs: true });
export type IngestTick = z.infer<typeof ingestTickSchema>;

export const ingestTicks = {
  id: 'ingestTicks',
  method: 'post',
  path: '/api/v1/ingest/ticks',
  tag: 'ingest',
  summary: 'Hands in ticks; the answer comes once the bus has taken the accepted ones',
  description: 'Each record stands alone: a bad one is reported by its index and does not hold back the others.',
  access: 'write',
  body: z.object({ ticks: z.array(z.unknown()).min(1).max(INGEST_TICKS_MAX) }),
  documentedBody: z.object({ ticks: z.array(ingestTickSchema).min(1).max(INGEST_TICKS_MAX) }),
  data: z.object({
    accepted: z.int(),
    rejected: z.array(z.object({ index: z.int(), field: z.string(), message: z.string() })),
  }),
  status: 202,
} as const satisfies Endpoint;

export const importQuery = z.object({
  format: z.enum(['akshare', 'tushare', 'generic']),
  period: period.default('1d'),
  file: z
    .string()
    .min(1)
    .max(255)
    .meta({ description: 'File name, for the symbol where rows carry none, and for the report' }),
  symbol: z.string().min(1).max(32).optional(),
});

export const quarantinedRowSchema = z.object({ line: z.int(), reason: z.string() });

/** The outcome of one imported file. */
export const importReportSchema = z.object({
  file: z.string(),
  rows: z.int(),
  /** New rows. */
  accepted: z.int(),
  /** Rows that replaced other values stored under the same key. */
  amended: z.int(),
  /** Rows that were stored already, exactly so. */
  unchanged: z.int(),
  quarantined: z.int(),
  /** The first quarantined rows, QUARANTINE_REPORT_MAX at most. */
  quarantine: z.array(quarantinedRowSchema),
});
export type ImportReport = z.infer<typeof importReportSchema>;
export const QUARANTINE_REPORT_MAX = 1000;

export const importBars = {
  id: 'importBars',
  method: 'post',
  path: '/api/v1/imports/bars',
  tag: 'ingest',
  summary: 'Loads a file of bars: CSV, gzipped CSV or Parquet',
  access: 'write',
  query: importQuery,
  bodyTypes: ['text/csv', 'application/gzip', 'application/vnd.apache.parquet'],
  data: importReportSchema,
} as const satisfies Endpoint;
