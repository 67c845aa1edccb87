import { authApi, type Endpoint, marketApi, syncApi } from '@quotefleet/contracts';
import type { UpstreamName } from '../proxy/upstream.ts';

/** How one endpoint is served; who may call it stands in the endpoint. */
export interface Route {
  endpoint: Endpoint;
  upstream: UpstreamName;
  /** Longest that the whole answer may take. */
  deadlineMs: number;
  /** `pool`: small JSON, the hot path. `stream`: bodies of any size. */
  via: 'pool' | 'stream';
}

const read = (endpoint: Endpoint): Route => ({ endpoint, upstream: 'cache', deadlineMs: 10_000, via: 'pool' });
const auth = (endpoint: Endpoint): Route => ({ endpoint, upstream: 'auth', deadlineMs: 10_000, via: 'pool' });

/** Every endpoint that the gateway serves, and by whom. */
export const ROUTES: readonly Route[] = [
  read(marketApi.realtimeStock),
  read(marketApi.realtimeIndex),
  read(marketApi.historicalStock),
  read(marketApi.historicalIndex),
  read(marketApi.listTicks),
  read(marketApi.listStocks),
  read(marketApi.stockInfo),
  read(marketApi.tradeCalendar),
  { endpoint: marketApi.ingestTicks, upstream: 'market-data', deadlineMs: 30_000, via: 'stream' },
  { endpoint: marketApi.importBars, upstream: 'market-data', deadlineMs: 300_000, via: 'stream' },
  auth(authApi.registerUser),
  auth(authApi.login),
  auth(authApi.refreshTokens),
  auth(authApi.createApiKey),
  auth(authApi.listApiKeys),
  auth(authApi.revokeApiKey),
  { endpoint: syncApi.syncStatus, upstream: 'sync', deadlineMs: 10_000, via: 'pool' },
];
