import type { CachedEndpoint } from '../requests/cached-endpoints.ts';

/** What of an endpoint's answer the rights of rows are about. */
export interface RowPlan {
  /** The rows are of symbols of their own, named in the field `symbol`. */
  hasSymbols?: true;
  /** The call names its symbols in the query. */
  asksForSymbols?: true;
  /** What the rows are, where history and delay count for them. */
  timed?: 'bars' | 'ticks' | 'quotes';
}

const SYMBOLS: RowPlan = { hasSymbols: true };
const BARS: RowPlan = { timed: 'bars' };
const TICKS: RowPlan = { timed: 'ticks' };
const QUOTES: RowPlan = { timed: 'quotes' };

/** By the id that an endpoint has in v1. The others have no rows that rights of rows are about, only fields. */
const PLANS: Readonly<Record<string, RowPlan>> = {
  realtimeStock: QUOTES,
  realtimeIndex: QUOTES,
  realtimeMarket: { ...QUOTES, ...SYMBOLS },
  realtimeBatch: { ...QUOTES, ...SYMBOLS, asksForSymbols: true },
  historicalStock: BARS,
  historicalIndex: BARS,
  historicalHk: BARS,
  historicalUs: BARS,
  historicalBatch: { ...BARS, ...SYMBOLS, asksForSymbols: true },
  listTicks: TICKS,
  listDepth: TICKS,
  listTrades: TICKS,
  listStocks: SYMBOLS,
  searchStocks: SYMBOLS,
  listIndustryMembers: SYMBOLS,
  listConceptMembers: SYMBOLS,
  listConstituents: SYMBOLS,
};
const NO_ROWS: RowPlan = {};

export function rowPlanOf({ endpoint: { id } }: CachedEndpoint): RowPlan {
  return PLANS[id.replace(/V2$/, '')] ?? NO_ROWS;
}
