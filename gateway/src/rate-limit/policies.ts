/** A bucket that holds `capacity` tokens and gets `refillPerSecond` a second. */
export interface BucketSize {
  capacity: number;
  refillPerSecond: number;
}

/** What a role may do: one bucket for the user as a whole, and one for each of its API keys where that is less. */
export interface Plan extends BucketSize {
  perKey?: BucketSize | undefined;
}

/** A limit of one endpoint, in all its versions: for each client by itself, or for all of them together. */
export interface RouteLimit extends BucketSize {
  per: 'client' | 'all';
}

export interface RateLimits {
  /** By role; a role that has none counts as `user`. `anonymous` is each address's, for calls without an identity. */
  plans: Readonly<Record<'anonymous' | 'user', Plan>> & Readonly<Record<string, Plan>>;
  /** By the id of an endpoint. */
  routes: Readonly<Record<string, RouteLimit>>;
  /** Of an address, for credentials that have not proved good yet; they do not reach auth beyond it. */
  credentials: BucketSize;
  /** Of an address, for the sockets that it opens. */
  sockets: BucketSize;
  /** Everybody together. */
  global: BucketSize;
}

export const DEFAULT_LIMITS: RateLimits = {
  plans: {
    anonymous: { capacity: 10, refillPerSecond: 2 },
    user: { capacity: 100, refillPerSecond: 10 },
    pro: { capacity: 1000, refillPerSecond: 100, perKey: { capacity: 500, refillPerSecond: 50 } },
    service: { capacity: 1000, refillPerSecond: 200 },
    admin: { capacity: 5000, refillPerSecond: 2000 },
  },
  routes: {
    login: { capacity: 10, refillPerSecond: 1, per: 'client' },
    registerUser: { capacity: 10, refillPerSecond: 0.5, per: 'client' },
    oauthToken: { capacity: 20, refillPerSecond: 2, per: 'client' },
    requestPasswordReset: { capacity: 5, refillPerSecond: 0.1, per: 'client' },
    resetPassword: { capacity: 10, refillPerSecond: 0.5, per: 'client' },
    verifyEmail: { capacity: 10, refillPerSecond: 0.5, per: 'client' },
  },
  credentials: { capacity: 100, refillPerSecond: 10 },
  // As many as realtime takes of one address, so that all behind it may come back at once.
  sockets: { capacity: 1000, refillPerSecond: 50 },
  global: { capacity: 50_000, refillPerSecond: 50_000 },
};
