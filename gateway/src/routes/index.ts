import { authApi, type Endpoint, marketApi, syncApi, versionsOf } from '@quotefleet/contracts';
import type { UpstreamName } from '../proxy/upstream.ts';

/** How an exchange with an upstream goes. */
export interface Way {
  /** `pool`: JSON, the hot path. `stream`: bodies of any size, held up by no other. */
  via: 'pool' | 'stream';
  /** Longest that the whole answer may take. */
  deadlineMs: number;
}

/** How one endpoint is served; who may call it stands in the endpoint. */
export interface Route extends Way {
  endpoint: Endpoint;
  upstream: UpstreamName;
}

const JSON_DEADLINE_MS = 10_000;
const RECORDS_DEADLINE_MS = 30_000;
const FILE_DEADLINE_MS = 300_000;

/** The way of rows that are asked for as NDJSON, CSV, Arrow or Parquet, whatever the route says. */
export const FILE_WAY: Way = { via: 'stream', deadlineMs: FILE_DEADLINE_MS };

/** Every endpoint that the gateway serves, in each of its versions, and by whom. */
export const ROUTES: readonly Route[] = [
  ...serve(marketApi.MARKET_READS, { upstream: 'cache', via: 'pool', deadlineMs: JSON_DEADLINE_MS }),
  ...serve([marketApi.ingestTicks, marketApi.ingestRecords], {
    upstream: 'market-data',
    via: 'stream',
    deadlineMs: RECORDS_DEADLINE_MS,
  }),
  ...serve([marketApi.importBars], { upstream: 'market-data', via: 'stream', deadlineMs: FILE_DEADLINE_MS }),
  ...serve([marketApi.listQuarantine, marketApi.resubmitQuarantined, marketApi.dropQuarantined], {
    upstream: 'market-data',
    via: 'pool',
    deadlineMs: JSON_DEADLINE_MS,
  }),
  ...serve(
    [
      authApi.registerUser,
      authApi.login,
      authApi.refreshTokens,
      authApi.createApiKey,
      authApi.listApiKeys,
      authApi.revokeApiKey,
    ],
    { upstream: 'auth', via: 'pool', deadlineMs: JSON_DEADLINE_MS },
  ),
  ...serve([syncApi.syncStatus], { upstream: 'sync', via: 'pool', deadlineMs: JSON_DEADLINE_MS }),
];

function serve(endpoints: readonly Endpoint[], how: Omit<Route, 'endpoint'>): Route[] {
  return endpoints.flatMap(versionsOf).map((endpoint) => ({ endpoint, ...how }));
}
