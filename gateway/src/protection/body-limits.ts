import { accessApi } from '@quotefleet/contracts';
import type { Route } from '../routes/route.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** JSON of calls to auth: names, passwords, one rule of an access policy. */
const AUTH_BYTES_MAX = 64 * KIB;
/** A whole access policy, of as many rules as there may be. */
const POLICY_BYTES_MAX = 2 * MIB;
const JSON_BYTES_MAX = MIB;
/** As much as market-data takes in one call of records, and of one file. */
const RECORDS_BYTES_MAX = 64 * MIB;
const FILE_BYTES_MAX = 1024 * MIB;

/** Bytes of a body that a route takes; the service behind may take less. */
export function bodyBytesMax({ via, bulkhead, upstream, endpoint }: Route): number {
  if (endpoint?.body === accessApi.replacePolicy.body) return POLICY_BYTES_MAX;
  if (via === 'pool') return upstream === 'auth' ? AUTH_BYTES_MAX : JSON_BYTES_MAX;
  return bulkhead === 'files' ? FILE_BYTES_MAX : RECORDS_BYTES_MAX;
}
