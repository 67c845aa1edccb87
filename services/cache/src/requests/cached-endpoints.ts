import { type Endpoint, marketApi } from '@quotefleet/contracts';

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
  /** A bare 000001 is a stock everywhere but here. */
  kind?: 'index';
}

const RANGE = {
  about: 'range',
  ttlMs: 5 * SECOND,
  closedTtlMs: 10 * MINUTE,
  isShared: true,
  mayBeStale: true,
} as const;
const QUOTE = { about: 'market', ttlMs: 250, isShared: false, mayBeStale: false } as const;

/** What is cached, and for how long. An invalidation ends every answer about its symbol at once. */
export const CACHED_ENDPOINTS: readonly CachedEndpoint[] = [
  { endpoint: marketApi.realtimeStock, ...QUOTE },
  { endpoint: marketApi.realtimeIndex, ...QUOTE, kind: 'index' },
  { endpoint: marketApi.historicalStock, ...RANGE },
  { endpoint: marketApi.historicalIndex, ...RANGE, kind: 'index' },
  { endpoint: marketApi.listTicks, ...RANGE },
  { endpoint: marketApi.listStocks, about: 'reference', ttlMs: 5 * SECOND, isShared: true, mayBeStale: true },
  { endpoint: marketApi.stockInfo, about: 'reference', ttlMs: MINUTE, isShared: true, mayBeStale: true },
  { endpoint: marketApi.tradeCalendar, about: 'reference', ttlMs: 60 * MINUTE, isShared: false, mayBeStale: true },
];
