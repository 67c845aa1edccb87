import type { Endpoint } from '../endpoint.ts';
import * as history from './history.ts';
import * as ingest from './ingest.ts';
import * as live from './live.ts';
import { macroEndpoints } from './macro.ts';
import * as quality from './quality.ts';
import * as reference from './reference.ts';

/** What market-data answers to reads, through the cache, in the order the documents show them. */
export const MARKET_READS: readonly Endpoint[] = [
  live.realtimeBatch,
  live.realtimeMarket,
  live.realtimeStock,
  live.realtimeIndex,
  history.historicalBatch,
  history.historicalStock,
  history.historicalIndex,
  history.historicalHk,
  history.historicalUs,
  live.listTicks,
  live.listDepth,
  live.listTrades,
  reference.listStocks,
  reference.searchStocks,
  reference.stockInfo,
  reference.listIndustries,
  reference.listIndustryMembers,
  reference.listConcepts,
  reference.listConceptMembers,
  reference.listConstituents,
  reference.listReports,
  reference.listDividends,
  reference.listRights,
  reference.listCapital,
  reference.tradeCalendar,
  reference.tradingRules,
  ...macroEndpoints.map(({ endpoint }) => endpoint),
  quality.listQuality,
];

/** What market-data takes in, and what becomes of it. The ticks have a way of their own, so they come first. */
export const MARKET_WRITES: readonly Endpoint[] = [
  ingest.ingestTicks,
  ingest.ingestRecords,
  ingest.importBars,
  quality.listQuarantine,
  quality.resubmitQuarantined,
  quality.dropQuarantined,
];
