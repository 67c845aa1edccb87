import { ADJUST_METHODS } from '@quotefleet/domain';
import type { TableColumn } from '@quotefleet/tables/definition';
import { z } from 'zod';
import { period } from '../../primitives.ts';
import type { Endpoint, TableShape } from '../endpoint.ts';
import { fieldsOf, pageSchema } from '../table-schema.ts';
import { day, rangeQuery, symbolList, symbolParam } from './parameters.ts';

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
  adjust: z.enum(ADJUST_METHODS).optional(),
  bars: z.array(barViewSchema),
  nextCursor: z.string().optional(),
});
export type BarPage = z.infer<typeof barPageSchema>;

const barFields: readonly TableColumn[] = [
  { name: 'time', type: 'timestamp' },
  { name: 'tradeDate', type: 'date' },
  ...fieldsOf('bars_1d', ['symbol', 'ts', 'source']),
];
const bars: TableShape = { fields: barFields, itemsKey: 'bars' };

const adjustment = {
  adjust: z
    .enum(ADJUST_METHODS)
    .default('none')
    .meta({ description: 'none: as traded; hfq, qfq: ratio method; qfq-diff: subtraction method' }),
  asOf: day('Corporate actions with later ex-dates are left out, as if not known yet'),
};

const historicalQuery = rangeQuery.extend({
  period: period.default('1d'),
  ...adjustment,
  rows: z
    .enum(['241', '240'])
    .default('241')
    .meta({ description: 'Minute bars of a day: with the opening auction at 09:30, or folded into 09:31' }),
});
export type HistoricalQuery = z.infer<typeof historicalQuery>;

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
  table: bars,
} as const satisfies Endpoint;

export const historicalIndex = {
  ...historicalStock,
  id: 'historicalIndex',
  path: '/api/v1/historical/index/{symbol}',
  summary: 'Bars of an index, oldest first',
} as const satisfies Endpoint;

const dailyQuery = rangeQuery.extend({ period: z.enum(['1d', '1w', '1M']).default('1d') });

export const historicalHk = {
  ...historicalStock,
  id: 'historicalHk',
  path: '/api/v1/historical/hk/{symbol}',
  summary: 'Daily, weekly and monthly bars of a Hong Kong stock in HKD, as traded',
  query: dailyQuery,
} as const satisfies Endpoint;

export const historicalUs = {
  ...historicalHk,
  id: 'historicalUs',
  path: '/api/v1/historical/us/{symbol}',
  summary: 'Daily, weekly and monthly bars of a US stock in USD, as traded',
} as const satisfies Endpoint;

const batchBars: TableShape = { fields: [{ name: 'symbol', type: 'text' }, ...barFields], itemsKey: 'bars' };

export const historicalBatch = {
  id: 'historicalBatch',
  method: 'get',
  path: '/api/v1/historical/batch',
  tag: 'market data',
  summary: 'Bars of many stocks, ETFs and indices, by symbol and time; one that is not known has no rows',
  access: 'read',
  query: historicalQuery.extend({ symbols: symbolList }),
  data: pageSchema(batchBars, z.object({ period, adjust: z.enum(ADJUST_METHODS) })),
  table: batchBars,
} as const satisfies Endpoint;
