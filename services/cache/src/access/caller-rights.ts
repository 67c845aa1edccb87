import { ANONYMOUS_ROLE, type FollowedPolicy, type RowRights } from '@quotefleet/access';
import { IDENTITY_HEADER, identityOf } from '@quotefleet/service-kit';
import type { Request } from 'express';

/** Identities whose role is remembered. */
const KNOWN_MAX = 10_000;

/** Which rows whoever sends a request may see, by the policy of the moment. */
export type CallerRights = (request: Request) => RowRights;

/** A request without an identity has the rights of `anonymous`, which has none unless the policy gives it some. */
export function createCallerRights(policy: Pick<FollowedPolicy, 'current'>): CallerRights {
  const roles = new Map<string, string>();
  return (request) => {
    const header = request.get(IDENTITY_HEADER);
    if (header === undefined) return policy.current().rowsOf(ANONYMOUS_ROLE);
    let role = roles.get(header);
    if (role === undefined) {
      role = identityOf(request).role;
      if (roles.size >= KNOWN_MAX) roles.clear();
      roles.set(header, role);
    }
    return policy.current().rowsOf(role);
  };
}
