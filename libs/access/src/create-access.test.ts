import { describe, expect, it } from '@jest/globals';
import {
  type Identity,
  marketApi,
  type Policy,
  type RowKind,
  type RowRule,
  type Scope,
  syncApi,
  V1_ENDPOINTS,
  v2Endpoint,
} from '@quotefleet/contracts';
import { createAccess } from './create-access.ts';
import { callOf, type EndpointCall } from './functions/endpoints.ts';
import { DEFAULT_POLICY } from './policy/default-policy.ts';
import type { RowRights } from './rows/row-rights.ts';

const access = await createAccess(DEFAULT_POLICY);
const ALL: Scope[] = ['read', 'write', 'admin'];
const may = (role: string, call: EndpointCall, scopes = ALL) => access.decide({ role, scopes }, call).allowed;
const policyWith = (change: Partial<Policy>): Policy => ({ ...DEFAULT_POLICY, ...change });

describe('the built-in policy', () => {
  it.each([
    ['anonymous', ['public']],
    ['user', ['public', 'read']],
    ['pro', ['public', 'read']],
    ['service', ['public', 'read', 'write']],
    ['admin', ['public', 'read', 'write', 'admin']],
  ])('lets %s call what needs %j', (role, scopes) => {
    for (const endpoint of V1_ENDPOINTS)
      expect([endpoint.id, may(role, callOf(endpoint))]).toEqual([endpoint.id, scopes.includes(endpoint.access)]);
    expect(access.scopesOf(role)).toEqual(scopes.filter((scope) => scope !== 'public'));
  });

  it('keeps a trial from the snapshot of the market and the order book, in every version', () => {
    for (const endpoint of [marketApi.realtimeMarket, marketApi.listDepth]) {
      expect(may('trial', callOf(endpoint))).toBe(false);
      expect(may('trial', callOf(v2Endpoint(endpoint)))).toBe(false);
    }
    expect(may('trial', callOf(marketApi.historicalStock))).toBe(true);
    expect(may('trial', callOf(syncApi.syncStatus))).toBe(false);
    expect(access.rowsOf('trial')).toMatchObject({ historyDays: 1827, delaySeconds: 900, isUnrestricted: false });
  });

  it('shows users, services and admins all rows', () => {
    for (const role of ['user', 'pro', 'service', 'admin']) expect(access.rowsOf(role).isUnrestricted).toBe(true);
  });

  it('shows nothing to whom it does not know', () => {
    for (const role of ['anonymous', 'nobody', '__proto__']) {
      const rights = access.rowsOf(role);
      expect(rights).toMatchObject({ isUnrestricted: false, historyDays: 0, delaySeconds: Number.POSITIVE_INFINITY });
      expect(rights.refusalOf('600519.SH')?.kind).toBe('market');
      expect(rights.seesField('listTicks', 'last')).toBe(false);
    }
    expect(may('nobody', callOf(marketApi.historicalStock))).toBe(false);
    expect(access.scopesOf('nobody')).toEqual([]);
  });
});

describe('a decision', () => {
  const identity = (role: string, scopes: Scope[]): Pick<Identity, 'role' | 'scopes'> => ({ role, scopes });

  it('names the scope, the rule or the right that is missing', () => {
    const status = callOf(syncApi.syncStatus);
    expect(access.decide(identity('admin', ['read']), status).reason).toBe('this endpoint needs the scope admin');
    expect(access.decide(identity('user', ALL), status)).toMatchObject({
      rule: undefined,
      reason: 'the role user has no right to call syncStatus (admin)',
    });
    expect(access.decide(identity('trial', ALL), callOf(marketApi.listDepth))).toMatchObject({
      ...{ allowed: false, rule: { id: 'trial-no-depth' } },
      reason: 'the role trial may not call listDepth (read): the rule trial-no-depth denies it',
    });
    expect(access.decide(identity('pro', ['read']), callOf(marketApi.listDepth))).toMatchObject({
      ...{ allowed: true, rule: { id: 'user-reads' } },
      reason: 'the role pro may call listDepth (read) by the rule user-reads of user',
    });
  });

  it('is made once and looked up afterwards', () => {
    const call = callOf(marketApi.historicalStock);
    const first = access.decide(identity('user', ['read']), call);
    expect(access.decide(identity('user', ['read']), { ...call })).toBe(first);
    const started = performance.now();
    for (let round = 0; round < 100_000; round++) access.decide(identity('user', ['read']), call);
    // 5 us each would be 500 ms.
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('follows paths, tags and methods', async () => {
    const custom = await createAccess(
      policyWith({
        roles: [...DEFAULT_POLICY.roles, { name: 'analyst', description: '', inherits: ['anonymous'] }],
        functions: [
          ...DEFAULT_POLICY.functions,
          { id: 'a', role: 'analyst', resource: '/api/*/historical/**', action: 'GET', effect: 'allow' },
          { id: 'b', role: 'analyst', resource: 'tag:macro data', action: 'read', effect: 'allow' },
          { id: 'c', role: 'analyst', resource: '/news/**', action: 'write', effect: 'allow' },
        ],
      }),
    );
    const asAnalyst = (call: EndpointCall) => custom.decide(identity('analyst', ALL), call).allowed;
    expect(asAnalyst(callOf(marketApi.historicalHk))).toBe(true);
    expect(asAnalyst(callOf(v2Endpoint(marketApi.historicalHk)))).toBe(true);
    expect(asAnalyst(callOf(marketApi.listTicks))).toBe(false);
    for (const { endpoint } of marketApi.macroEndpoints) expect(asAnalyst(callOf(endpoint))).toBe(true);
    expect(asAnalyst({ endpointId: 'news', tag: '', path: '/news/{id}', method: 'POST', scope: 'write' })).toBe(true);
    expect(custom.scopesOf('analyst')).toEqual(['read', 'write']);
  });

  it('is explained by every rule that fits', () => {
    const explanation = access.explain('trial', callOf(marketApi.listDepth));
    expect(explanation.roles).toEqual(['trial', 'anonymous']);
    expect(explanation.matching.map(({ id }) => id)).toEqual(['trial-market-data', 'trial-no-depth']);
    expect(explanation.rule?.id).toBe('trial-no-depth');
    expect(explanation.rows.rules.map(({ role }) => role)).not.toContain('user');
  });
});

/** The rights of a role of its own that has one rule of each kind. */
async function rightsOf(values: Partial<Record<RowKind, string>>, ...more: RowRule[]): Promise<RowRights> {
  const rows = Object.entries(values).map(([kind, value]) => ({
    id: kind,
    role: 'plan',
    kind,
    value,
    effect: 'allow',
  }));
  const roles = [...DEFAULT_POLICY.roles, { name: 'plan', description: '', inherits: [] }];
  return (await createAccess(policyWith({ roles, rows: [...(rows as RowRule[]), ...more] }))).rowsOf('plan');
}

describe('row rights', () => {
  const trial = access.rowsOf('trial');

  it('go by market, kind and symbol', async () => {
    expect(trial.refusalOf('600519.SH')).toBeUndefined();
    expect(trial.refusalOf('00700.HK')?.reason).toBe(
      'the role trial may not see the market HK of 00700.HK: its market rights are SH, SZ, BJ',
    );
    expect(trial.refusalOf('900901.SH')?.kind).toBe('instrumentKind');
    const denied = await createAccess(
      policyWith({
        rows: [...DEFAULT_POLICY.rows, { id: 'x', role: 'user', kind: 'symbol', value: '60*.SH', effect: 'deny' }],
      }),
    );
    expect(denied.rowsOf('pro').refusalOf('600519.SH')?.reason).toContain('* except 60*.SH');
    expect(denied.rowsOf('pro').refusalOf('000001.SZ')).toBeUndefined();
    expect(denied.rowsOf('trial').refusalOf('600519.SH')).toBeUndefined();
  });

  it('go by field, of one endpoint or of all', async () => {
    const rights = (
      await createAccess(
        policyWith({
          rows: [
            { id: 'f1', role: 'user', kind: 'field', value: '*', effect: 'allow' },
            { id: 'f2', role: 'user', kind: 'field', value: 'bid*', effect: 'deny' },
            { id: 'f3', role: 'user', kind: 'field', value: 'listTicks.amount', effect: 'deny' },
          ],
        }),
      )
    ).rowsOf('user');
    expect(rights.seesField('listTicksV2', 'amount')).toBe(false);
    expect(rights.seesField('historicalStock', 'amount')).toBe(true);
    expect(rights.seesField('realtimeStock', 'bids')).toBe(false);
  });

  it('go by room, and by the symbol in it', async () => {
    expect(trial.refusalOfRoom('system')).toBeUndefined();
    expect(trial.refusalOfRoom('depth:600519.SH')?.kind).toBe('rooms');
    const depth = { id: 'depth', role: 'trial', kind: 'rooms', value: 'depth:*', effect: 'allow' } as const;
    const withDepth = (await createAccess(policyWith({ rows: [...DEFAULT_POLICY.rows, depth] }))).rowsOf('trial');
    expect(withDepth.refusalOfRoom('depth:600519.SH')).toBeUndefined();
    expect(withDepth.refusalOfRoom('trade:600519.SH')?.kind).toBe('rooms');
    expect(withDepth.refusalOfRoom('bar:00700.HK:1d')?.kind).toBe('market');
  });

  it('show boards and movers to whoever sees all that they are made of', async () => {
    const shanghai = await rightsOf({ market: 'SH', symbol: '*', instrumentKind: '*', rooms: '*' });
    for (const room of ['board:industry/J66', 'market:movers']) {
      expect(trial.refusalOfRoom(room)).toBeUndefined();
      expect(shanghai.refusalOfRoom(room)?.reason).toBe(
        `the role plan may not see the market SZ, which is in ${room}: its market rights are SH`,
      );
    }
    expect(shanghai.refusalOfRoom('user')).toBeUndefined();
  });

  it('bound how many rooms, and how often; the widest figure counts', async () => {
    expect([trial.maxRooms, trial.maxHz]).toEqual([20, 1]);
    const most = ['user', 'pro', 'service', 'admin'].map((role) => access.rowsOf(role));
    expect(most.map(({ maxRooms }) => maxRooms)).toEqual([200, 500, 5000, 5000]);
    for (const { maxHz } of most) expect(maxHz).toBe(Number.POSITIVE_INFINITY);
    const slow = await rightsOf({ roomHz: '0.5', roomsMax: '0' });
    expect([slow.maxRooms, slow.maxHz]).toEqual([0, 0.5]);
  });

  it('have 200 rooms without a bound of updates where a policy from before knows no such rules', async () => {
    const before = { ...DEFAULT_POLICY, rows: DEFAULT_POLICY.rows.filter(({ kind }) => !/^room.|feed/.test(kind)) };
    const rights = (await createAccess(before)).rowsOf('service');
    expect([rights.maxRooms, rights.maxHz]).toEqual([200, Number.POSITIVE_INFINITY]);
    expect(rights.refusalOfFeed('tick:*')?.kind).toBe('feed');
  });

  it('give feeds by name, to whoever sees every symbol and may join every room of it', async () => {
    const all = { market: '*', symbol: '*', instrumentKind: '*', rooms: '*' };
    expect(access.rowsOf('service').refusalOfFeed('bar:*:1m')).toBeUndefined();
    expect(access.rowsOf('admin').refusalOfFeed('tick:*')).toBeUndefined();
    expect(access.rowsOf('pro').refusalOfFeed('tick:*')?.reason).toBe(
      'the role pro may not join tick:*: its feed rights are none',
    );
    const bars = await rightsOf({ ...all, feed: 'bar:*:1m' });
    expect(bars.refusalOfFeed('bar:*:1m')).toBeUndefined();
    expect(bars.refusalOfFeed('bar:*:1d')?.kind).toBe('feed');
    expect((await rightsOf({ ...all, market: 'SH', feed: '*' })).refusalOfFeed('tick:*')?.kind).toBe('market');
    expect((await rightsOf({ ...all, rooms: 'tick:*.SH', feed: '*' })).refusalOfFeed('tick:*')?.kind).toBe('rooms');
    const without = await rightsOf(
      { ...all, feed: '*' },
      { id: 'no-star', role: 'plan', kind: 'rooms', value: '*:688*', effect: 'deny' },
    );
    expect(without.refusalOfFeed('tick:*')?.kind).toBe('rooms');
    expect(without.refusalOfFeed('bar:*:1m')?.kind).toBe('rooms');
  });
});
