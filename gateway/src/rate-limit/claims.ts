import { isIP } from 'node:net';
import type { Identity } from '@quotefleet/contracts';
import { toNetwork } from '@quotefleet/service-kit';
import type { BucketSize, RateLimits, RouteLimit } from './policies.ts';
import type { RateClaim, RatePolicy } from './rate-limiter.ts';

/** Which buckets a call takes from. */
export interface Claims {
  ofIdentity(identity: Identity, routeId: string): RateClaim[];
  ofAddress(address: string, routeId: string): RateClaim[];
  /** Of credentials from this address, before auth is asked about them. */
  ofCredentials(address: string): RateClaim[];
  /** Of a socket from this address. */
  ofSocket(address: string): RateClaim[];
  /** Of a request from this address for the session of a socket that may not be there. */
  ofSession(address: string): RateClaim[];
  /** The keys of every bucket that one client has: a user's or API key's id, or an address. */
  keysOf(client: string): string[];
}

/** A client that upgrades has sent a poll, a packet and the upgrade before its session has answered for itself. */
const REQUESTS_PER_SOCKET = 4;

interface RoutePolicy {
  policy: RatePolicy;
  per: RouteLimit['per'];
}

/** The claims under these limits. */
export function createClaims({ plans, routes, credentials, sockets, global }: RateLimits): Claims {
  const planPolicies = new Map(Object.entries(plans).map(([role, plan]) => [role, policiesOf(role, plan)]));
  const userPlan = policiesOf('user', plans.user);
  const anonymous = toPolicy('anonymous', plans.anonymous);
  const routePolicies = new Map(
    Object.entries(routes).map(([id, { per, ...size }]): [string, RoutePolicy] => {
      return [id, { per, policy: { ...toPolicy(`route:${id}`, size), isShared: per === 'all' } }];
    }),
  );
  const credentialsPolicy = toPolicy('credentials', credentials);
  const socketsPolicy = toPolicy('sockets', sockets);
  const sessionsPolicy = toPolicy('sessions', {
    capacity: sockets.capacity * REQUESTS_PER_SOCKET,
    refillPerSecond: sockets.refillPerSecond * REQUESTS_PER_SOCKET,
  });
  const globalClaim: RateClaim = { key: 'global', policy: { ...toPolicy('global', global), isShared: true } };

  function addShared(claims: RateClaim[], routeId: string, client: string): RateClaim[] {
    const route = routePolicies.get(withoutVersion(routeId));
    if (route) {
      const { name } = route.policy;
      claims.push({ key: route.per === 'all' ? name : `${name}:${client}`, policy: route.policy });
    }
    claims.push(globalClaim);
    return claims;
  }

  return {
    ofIdentity({ subject, client, role }, routeId) {
      const { user, perKey } = planPolicies.get(role) ?? userPlan;
      const owner = `user:${subject}`;
      const claims = [{ key: owner, policy: user }];
      if (perKey && client !== subject) claims.push({ key: `key:${client}`, policy: perKey });
      return addShared(claims, routeId, owner);
    },
    ofAddress(address, routeId) {
      const owner = `address:${toNetwork(address)}`;
      return addShared([{ key: owner, policy: anonymous }], routeId, owner);
    },
    ofCredentials: (address) => [{ key: `credentials:${toNetwork(address)}`, policy: credentialsPolicy }],
    ofSocket: (address) => [{ key: `sockets:${toNetwork(address)}`, policy: socketsPolicy }, globalClaim],
    ofSession: (address) => [{ key: `sessions:${toNetwork(address)}`, policy: sessionsPolicy }, globalClaim],
    keysOf(client) {
      const isAddress = isIP(client) !== 0;
      const network = toNetwork(client);
      const own = isAddress
        ? [`address:${network}`, `credentials:${network}`, `sockets:${network}`, `sessions:${network}`]
        : [`user:${client}`, `key:${client}`];
      const perClient = [...routePolicies.values()].filter(({ per }) => per === 'client');
      return [...own, ...perClient.map(({ policy }) => `${policy.name}:${own[0]}`)];
    },
  };
}

function policiesOf(role: string, plan: RateLimits['plans'][string]): { user: RatePolicy; perKey?: RatePolicy } {
  const user = toPolicy(role, plan);
  return plan.perKey ? { user, perKey: toPolicy(`${role}:key`, plan.perKey) } : { user };
}

const toPolicy = (name: string, { capacity, refillPerSecond }: BucketSize): RatePolicy => ({
  name,
  capacity,
  refillPerSecond,
});

/** Both versions of an endpoint are one for its limit. */
const withoutVersion = (routeId: string) => (routeId.endsWith('V2') ? routeId.slice(0, -2) : routeId);
