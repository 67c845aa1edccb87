import type { Access, Endpoint } from '@quotefleet/contracts';

/** Classes of calls that are kept from taking each other's places at an upstream. */
export const BULKHEADS = ['reads', 'writes', 'files'] as const;
export type BulkheadName = (typeof BULKHEADS)[number];

/** What becomes of calls while the shared limiter cannot be asked. */
export const FAIL_MODES = ['open', 'closed'] as const;
export type FailMode = (typeof FAIL_MODES)[number];

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** How an exchange with an upstream goes. */
export interface Way {
  /** `pool`: JSON, the hot path. `stream`: bodies of any size, held up by no other. */
  via: 'pool' | 'stream';
  /** Longest that the whole answer may take. */
  deadlineMs: number;
  bulkhead: BulkheadName;
}

/** One row of the table of routes: how calls of one method and path are served. */
export interface Route extends Way {
  /** The endpoint's id, or the name that the gateway's file gives. */
  id: string;
  method: Method;
  /** OpenAPI form, from the root: `/api/v1/ticks/{symbol}`. */
  path: string;
  /** Absent where only the gateway's file knows the route. */
  endpoint?: Endpoint;
  /** The service that answers. */
  upstream: string;
  access: Access;
  /** Tokens that a call takes. */
  cost: number;
  failMode: FailMode;
  /** How old an answer may be that stands in while the upstream cannot answer; 0 for none. */
  staleSeconds: number;
  /** Further attempts of a call that may be repeated, each at another instance. */
  retries: number;
  enabled: boolean;
}
