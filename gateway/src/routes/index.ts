import {
  accessApi,
  auditApi,
  authApi,
  type Endpoint,
  marketApi,
  realtimeApi,
  syncApi,
  versionsOf,
} from '@quotefleet/contracts';
import type { UpstreamName } from '../upstreams/upstream-names.ts';
import type { Route, Way } from './route.ts';

const JSON_DEADLINE_MS = 10_000;
const RECORDS_DEADLINE_MS = 30_000;
const FILE_DEADLINE_MS = 300_000;
/** Tokens; an ordinary call takes one. */
const RECORDS_COST = 5;
const IMPORT_COST = 20;
/** Of what changes by the day. Prices of the moment have none: an old one misleads more than no answer does. */
const HISTORY_STALE_SECONDS = 3600;
const LIVE_PATH = /\/(?:realtime|ticks|depth)\//;

/** The way of rows that are asked for as NDJSON, CSV, Arrow or Parquet, whatever the route says. */
export const FILE_WAY: Way = { via: 'stream', deadlineMs: FILE_DEADLINE_MS, bulkhead: 'files' };

interface How extends Pick<Route, 'via' | 'deadlineMs'>, Partial<Pick<Route, 'bulkhead' | 'cost' | 'failMode'>> {
  upstream: UpstreamName;
}

/** Every endpoint that the gateway serves, in each of its versions, and by whom. */
export const ROUTES: readonly Route[] = [
  ...serve(marketApi.MARKET_READS, { upstream: 'cache', via: 'pool', deadlineMs: JSON_DEADLINE_MS }),
  ...serve([marketApi.ingestTicks, marketApi.ingestRecords], {
    upstream: 'market-data',
    via: 'stream',
    deadlineMs: RECORDS_DEADLINE_MS,
    cost: RECORDS_COST,
  }),
  ...serve([marketApi.importBars], {
    upstream: 'market-data',
    via: 'stream',
    deadlineMs: FILE_DEADLINE_MS,
    bulkhead: 'files',
    cost: IMPORT_COST,
  }),
  ...serve([marketApi.listQuarantine, marketApi.resubmitQuarantined, marketApi.dropQuarantined], {
    upstream: 'market-data',
    via: 'pool',
    deadlineMs: JSON_DEADLINE_MS,
  }),
  ...serve(
    [
      ...authApi.AUTH_ENDPOINTS,
      ...accessApi.ACCESS_ENDPOINTS,
      ...auditApi.AUDIT_ENDPOINTS.filter(({ id }) => id !== auditApi.verifyAudit.id),
    ],
    { upstream: 'auth', via: 'pool', deadlineMs: JSON_DEADLINE_MS },
  ),
  // It reads the whole chain.
  ...serve([auditApi.verifyAudit], {
    upstream: 'auth',
    via: 'stream',
    deadlineMs: FILE_DEADLINE_MS,
    bulkhead: 'files',
  }),
  ...serve([syncApi.syncStatus], { upstream: 'sync', via: 'pool', deadlineMs: JSON_DEADLINE_MS }),
  ...serve(realtimeApi.REALTIME_ENDPOINTS, { upstream: 'realtime', via: 'pool', deadlineMs: JSON_DEADLINE_MS }),
];

function serve(endpoints: readonly Endpoint[], how: How): Route[] {
  return endpoints.flatMap(versionsOf).map((endpoint) => ({
    id: endpoint.id,
    method: endpoint.method,
    path: endpoint.path,
    endpoint,
    access: endpoint.access,
    cost: 1,
    // Guesses at passwords stay limited while the shared limiter is gone, and so does what is written.
    failMode: endpoint.method === 'get' ? 'open' : 'closed',
    bulkhead: endpoint.method === 'get' ? 'reads' : 'writes',
    staleSeconds: how.upstream === 'cache' ? staleSecondsOf(endpoint) : 0,
    retries: endpoint.method === 'get' ? 1 : 0,
    enabled: true,
    ...how,
  }));
}

function staleSecondsOf({ path }: Endpoint): number {
  return LIVE_PATH.test(path) ? 0 : HISTORY_STALE_SECONDS;
}
