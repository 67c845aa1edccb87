import type { FunctionRule, Policy, RowKind, RowRule } from '@quotefleet/contracts';

type Rights = Partial<Record<RowKind, readonly string[]>>;

/** The role that nobody may take away: without it nobody could change the policy any more. */
export const ADMIN_ROLE = 'admin';
/** The role of calls that bring no credentials. */
export const ANONYMOUS_ROLE = 'anonymous';
/** Roles that the fleet itself gives to users. */
export const BUILT_IN_ROLES: readonly string[] = [ANONYMOUS_ROLE, 'user', 'service', ADMIN_ROLE];

const TRIAL_RIGHTS: Rights = {
  market: ['SH', 'SZ', 'BJ'],
  symbol: ['*'],
  instrumentKind: ['stock', 'etf', 'index'],
  field: ['*'],
  historyDays: ['1827'],
  delaySeconds: ['900'],
  rooms: ['tick:*', 'index:*', 'bar:*', 'market:*', 'board:*', 'system'],
  roomsMax: ['20'],
  roomHz: ['1'],
};
const EVERYTHING: Rights = {
  market: ['*'],
  symbol: ['*'],
  instrumentKind: ['*'],
  field: ['*'],
  historyDays: ['unlimited'],
  delaySeconds: ['0'],
  rooms: ['*'],
  roomsMax: ['200'],
  roomHz: ['unlimited'],
};
const PRO_RIGHTS: Rights = { roomsMax: ['500'] };
const SERVICE_RIGHTS: Rights = { roomsMax: ['5000'], feed: ['*'] };

/**
 * What holds until the fleet's own policy is known, and what that policy begins as. `trial` shows what a narrow plan
 * looks like; nobody has it before an admin gives it to them.
 */
export const DEFAULT_POLICY: Policy = {
  roles: [
    { name: ANONYMOUS_ROLE, description: 'Calls without credentials', inherits: [] },
    {
      name: 'trial',
      description: 'Mainland markets, five years back, a quarter of an hour late',
      inherits: [ANONYMOUS_ROLE],
    },
    { name: 'user', description: 'Reads everything; whoever registers', inherits: [ANONYMOUS_ROLE] },
    { name: 'pro', description: 'As user, with higher limits', inherits: ['user'] },
    { name: 'service', description: 'Reads, and hands data in', inherits: ['user'] },
    { name: ADMIN_ROLE, description: 'Everything', inherits: ['service'] },
  ],
  functions: [
    call('anonymous-public', ANONYMOUS_ROLE, '*', 'public'),
    call('trial-market-data', 'trial', 'tag:market data', 'read'),
    call('trial-reference-data', 'trial', 'tag:reference data', 'read'),
    call('trial-auth', 'trial', 'tag:auth', 'read'),
    { ...call('trial-no-snapshot', 'trial', 'realtimeMarket', '*'), effect: 'deny' },
    { ...call('trial-no-depth', 'trial', 'listDepth', '*'), effect: 'deny' },
    call('user-reads', 'user', '*', 'read'),
    call('service-writes', 'service', '*', 'write'),
    call('admin-administers', ADMIN_ROLE, '*', 'admin'),
  ],
  rows: [
    ...rowRules('trial', TRIAL_RIGHTS),
    ...rowRules('user', EVERYTHING),
    ...rowRules('pro', PRO_RIGHTS),
    ...rowRules('service', SERVICE_RIGHTS),
  ],
};

function call(id: string, role: string, resource: string, action: FunctionRule['action']): FunctionRule {
  return { id, role, resource, action, effect: 'allow' };
}

function rowRules(role: string, rights: Rights): RowRule[] {
  return Object.entries(rights).flatMap(([kind, values]) =>
    values.map((value, index) => ({
      id: `${role}-${kind.toLowerCase()}${values.length > 1 ? `-${index + 1}` : ''}`,
      role,
      kind: kind as RowKind,
      value,
      effect: 'allow' as const,
    })),
  );
}
