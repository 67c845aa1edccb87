import { type Access, ANONYMOUS_ROLE, type EndpointCall } from '@quotefleet/access';
import type { Identity } from '@quotefleet/contracts';
import { AppError } from '@quotefleet/service-kit';
import type { Route } from '../routes/route.ts';

/** What the access policy needs to know of a route. The gateway's own admin endpoints have no more than an id. */
export type CheckedRoute = Pick<Route, 'id' | 'access'> & Partial<Pick<Route, 'method' | 'path' | 'endpoint'>>;

/**
 * Whether somebody may call a route, by the access policy; nobody is `anonymous`.
 * @throws AppError FORBIDDEN naming the right that is missing
 */
export type CheckAccess = (identity: Identity | undefined, route: CheckedRoute) => void;

const ANONYMOUS: Pick<Identity, 'role' | 'scopes'> = { role: ANONYMOUS_ROLE, scopes: [] };

/** `access`: the policy of the moment. */
export function createCheckAccess(access: () => Access): CheckAccess {
  const calls = new WeakMap<CheckedRoute, EndpointCall>();

  function callOf(route: CheckedRoute): EndpointCall {
    const known = calls.get(route);
    if (known) return known;
    const { id, access: scope, method = '', path = '', endpoint } = route;
    const call = { endpointId: id, tag: endpoint?.tag ?? '', path, method: method.toUpperCase(), scope };
    calls.set(route, call);
    return call;
  }

  return (identity, route) => {
    const { allowed, reason } = access().decide(identity ?? ANONYMOUS, callOf(route));
    if (!allowed) throw new AppError('FORBIDDEN', reason);
  };
}
