import { describe, expect, it } from '@jest/globals';
import { createClaims } from './claims.ts';
import { limitsSection, limitsUnder } from './limits-section.ts';
import { DEFAULT_LIMITS } from './policies.ts';

const identity = { subject: 'u1', client: 'k1', role: 'pro', scopes: ['read' as const] };

describe('the buckets of a call', () => {
  const claims = createClaims(DEFAULT_LIMITS);
  const keys = (asked: { key: string }[]) => asked.map(({ key }) => key);

  it('are of the user and of the API key, of the endpoint and of everybody', () => {
    expect(keys(claims.ofIdentity(identity, 'any'))).toEqual(['user:u1', 'key:k1', 'global']);
    expect(keys(claims.ofIdentity({ ...identity, client: 'u1' }, 'any'))).toEqual(['user:u1', 'global']);
    expect(keys(claims.ofIdentity({ ...identity, role: 'own-plan' }, 'loginV2'))).toEqual([
      'user:u1',
      'route:login:user:u1',
      'global',
    ]);
  });

  it('are of the address where there is no identity, an IPv6 customer being one', () => {
    expect(keys(claims.ofAddress('2001:db8:1:2:3::4', 'login'))).toEqual([
      'address:2001:db8:1:2::/64',
      'route:login:address:2001:db8:1:2::/64',
      'global',
    ]);
    expect(keys(claims.ofCredentials('2001:db8:1:2::9'))).toEqual(['credentials:2001:db8:1:2::/64']);
  });

  it('are all found by the client that they are of', () => {
    const limited = Object.entries(DEFAULT_LIMITS.routes).filter(([, { per }]) => per === 'client');
    const perClient = limited.map(([id]) => `route:${id}:user:u1`);
    expect(perClient).toContain('route:login:user:u1');
    expect(claims.keysOf('u1')).toEqual(['user:u1', 'key:u1', ...perClient]);
    expect(claims.keysOf('192.0.2.1').slice(0, 5)).toEqual([
      'address:192.0.2.1',
      'credentials:192.0.2.1',
      'sockets:192.0.2.1',
      'sessions:192.0.2.1',
      'route:login:address:192.0.2.1',
    ]);
  });
});

describe('limits in the gateway file', () => {
  it('take the place of those that they name', () => {
    const section = limitsSection.parse({
      plans: { pro: { capacity: 5, refillPerSecond: 0.5 }, gold: { capacity: 7, refillPerSecond: 1 } },
      routes: { quotes: { capacity: 3, refillPerSecond: 1 } },
    });
    const limits = limitsUnder(section);
    expect(limits.plans.pro).toEqual({ capacity: 5, refillPerSecond: 0.5 });
    expect(limits.plans.gold).toEqual({ capacity: 7, refillPerSecond: 1 });
    expect(limits.plans.user).toBe(DEFAULT_LIMITS.plans.user);
    expect(limits.routes).toEqual({
      ...DEFAULT_LIMITS.routes,
      quotes: { capacity: 3, refillPerSecond: 1, per: 'client' },
    });
    expect(limitsUnder(undefined)).toEqual(DEFAULT_LIMITS);
  });

  it.each([
    { plans: { pro: { capacity: 0, refillPerSecond: 1 } } },
    { plans: { pro: { capacity: 1.5, refillPerSecond: 1 } } },
    { plans: { pro: { capacity: 1, refillPerSecond: 0 } } },
    { plans: { 'No Role': { capacity: 1, refillPerSecond: 1 } } },
    { global: { capacity: 1 } },
    { globals: {} },
    { routes: { login: { capacity: 1, refillPerSecond: 1, per: 'moon' } } },
  ])('are refused where they make no sense: %j', (section) => {
    expect(limitsSection.safeParse(section).success).toBe(false);
  });
});
