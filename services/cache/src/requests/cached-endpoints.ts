import { type Endpoint, marketApi, versionsOf } from '@quotefleet/contracts';
import type { CodeMarket } from './canonical-symbol.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export interface CachedEndpoint {
  endpoint: Endpoint;
  /** What an answer depends on beside imports: the running market, a range of time, or nothing. */
  about: 'market' | 'range' | 'reference';
  /** How long an answer is good; of a range, while it may still change. */
  ttlMs: number;
  /** How long the answer about a range is good that lies before the current trading day. */
  closedTtlMs?: number;
  /** Whether other nodes may have it by Redis. */
  isShared: boolean;
  /** Whether an answer past its time is better than none while market-data is down. */
  mayBeStale: boolean;
  /** Where a bare code belongs, if not to the stocks of the mainland. */
  codesOf?: CodeMarket;
  /** The rows are of other symbols than the one in the path: any import may change them. */
  ofManySymbols?: true;
}

type Keeping = Omit<CachedEndpoint, 'endpoint'>;

const QUOTE: Keeping = { about: 'market', ttlMs: 250, isShared: false, mayBeStale: false };
/** One symbol's range is over with its next bar; what is about many hears of no bars while it is open. */
const RANGE: Keeping = {
  about: 'range',
  ttlMs: 5 * SECOND,
  closedTtlMs: 10 * MINUTE,
  isShared: true,
  mayBeStale: true,
};
const FACTS: Keeping = { about: 'reference', ttlMs: MINUTE, isShared: true, mayBeStale: true };
/** Instruments come to be without an import, by the first tick of a symbol. */
const INSTRUMENTS: Keeping = { ...FACTS, ttlMs: 5 * SECOND };
/** Made anew from what is stored at every question, of which only imports are heard. */
const CHECKED: Keeping = { about: 'reference', ttlMs: 5 * SECOND, isShared: true, mayBeStale: false };
/** Computed from rules that are known ahead; without a date, for today. */
const RULES: Keeping = { about: 'reference', ttlMs: MINUTE, isShared: false, mayBeStale: true };

/** What is cached, and for how long. An invalidation ends every answer about its symbol, and every list, at once. */
const KEPT: readonly CachedEndpoint[] = [
  { endpoint: marketApi.realtimeBatch, ...QUOTE },
  { endpoint: marketApi.realtimeMarket, ...QUOTE, ttlMs: 500 },
  { endpoint: marketApi.realtimeStock, ...QUOTE },
  { endpoint: marketApi.realtimeIndex, ...QUOTE, codesOf: 'index' },

  { endpoint: marketApi.historicalBatch, ...RANGE, ttlMs: SECOND },
  { endpoint: marketApi.historicalStock, ...RANGE },
  { endpoint: marketApi.historicalIndex, ...RANGE, codesOf: 'index' },
  { endpoint: marketApi.historicalHk, ...RANGE, codesOf: 'hk' },
  { endpoint: marketApi.historicalUs, ...RANGE, codesOf: 'us' },
  { endpoint: marketApi.listTicks, ...RANGE },
  { endpoint: marketApi.listDepth, ...RANGE },
  { endpoint: marketApi.listTrades, ...RANGE },

  { endpoint: marketApi.listStocks, ...INSTRUMENTS },
  { endpoint: marketApi.searchStocks, ...INSTRUMENTS },
  { endpoint: marketApi.stockInfo, ...FACTS },
  { endpoint: marketApi.listIndustries, ...FACTS },
  { endpoint: marketApi.listIndustryMembers, ...FACTS },
  { endpoint: marketApi.listConcepts, ...FACTS },
  { endpoint: marketApi.listConceptMembers, ...FACTS },
  { endpoint: marketApi.listConstituents, ...FACTS, codesOf: 'index', ofManySymbols: true },
  { endpoint: marketApi.listReports, ...FACTS },
  { endpoint: marketApi.listDividends, ...FACTS },
  { endpoint: marketApi.listRights, ...FACTS },
  { endpoint: marketApi.listCapital, ...FACTS },
  ...marketApi.macroEndpoints.map(({ endpoint }) => ({ endpoint, ...FACTS })),

  { endpoint: marketApi.tradeCalendar, ...RULES, ttlMs: 60 * MINUTE },
  { endpoint: marketApi.tradingRules, ...RULES },
  { endpoint: marketApi.listQuality, ...CHECKED },
];

/** Every endpoint that is answered from the cache, in each of its versions. */
export const CACHED_ENDPOINTS: readonly CachedEndpoint[] = KEPT.flatMap(({ endpoint, ...keeping }) =>
  versionsOf(endpoint).map((version) => ({ endpoint: version, ...keeping })),
);
