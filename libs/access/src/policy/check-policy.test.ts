import { describe, expect, it } from '@jest/globals';
import { type FunctionRule, type Policy, type RowRule, V1_ENDPOINTS } from '@quotefleet/contracts';
import { findEndpoint } from '../functions/endpoints.ts';
import { checkPolicy } from './check-policy.ts';
import { DEFAULT_POLICY } from './default-policy.ts';
import { checkAdmins } from './guard-admins.ts';

const withRows = (...rows: Partial<RowRule>[]): Policy => ({
  ...DEFAULT_POLICY,
  rows: [
    ...DEFAULT_POLICY.rows,
    ...rows.map(
      (rule, at): RowRule => ({ id: `new-${at}`, role: 'user', kind: 'market', value: '*', effect: 'allow', ...rule }),
    ),
  ],
});
const withFunctions = (...functions: Partial<FunctionRule>[]): Policy => ({
  ...DEFAULT_POLICY,
  functions: [
    ...DEFAULT_POLICY.functions,
    ...functions.map(
      (rule, at): FunctionRule => ({
        id: `new-${at}`,
        role: 'user',
        resource: '*',
        action: '*',
        effect: 'allow',
        ...rule,
      }),
    ),
  ],
});
const errorsOf = (policy: Policy) => checkPolicy(policy).errors.map(({ message }) => message);

describe('checking a policy', () => {
  it('finds nothing wrong with the built-in one', async () => {
    expect(checkPolicy(DEFAULT_POLICY)).toEqual({ errors: [], warnings: [] });
    expect(await checkAdmins(DEFAULT_POLICY)).toEqual([]);
  });

  it.each<[string, Partial<RowRule>]>([
    ["expected SH, SZ, BJ, HK, US or *, was 'XSHG'", { value: 'XSHG' }],
    ["expected * or a symbol such as 60*.SH, was '600519'", { kind: 'symbol', value: '600519' }],
    [
      "expected a field such as bid* or listTicks.bid*, was 'noSuchEndpoint.bid'",
      { kind: 'field', value: 'noSuchEndpoint.bid' },
    ],
    ["expected a number up to 100000 or unlimited, was '-1'", { kind: 'historyDays', value: '-1' }],
    ["expected a number up to 2592000, was 'unlimited'", { kind: 'delaySeconds', value: 'unlimited' }],
    ['expected allow: of several historyDays the widest counts', { kind: 'historyDays', value: '5', effect: 'deny' }],
    ["expected a role of the policy, was 'nobody'", { role: 'nobody' }],
    ["expected a room such as tick:* or bar:*:1d, was 'tick: 600519'", { kind: 'rooms', value: 'tick: 600519' }],
    ["expected a number up to 100000, was 'unlimited'", { kind: 'roomsMax', value: 'unlimited' }],
    ["expected a number from 0.1 to 50 or unlimited, was '0'", { kind: 'roomHz', value: '0' }],
    ['expected allow: of several roomHz the widest counts', { kind: 'roomHz', value: '2.5', effect: 'deny' }],
    ["expected a wildcard room such as tick:* or bar:*:1m, was 'system'", { kind: 'feed', value: 'system' }],
  ])('says %s', (message, rule) => {
    expect(errorsOf(withRows(rule))).toEqual([expect.stringContaining(message)]);
  });

  it('knows endpoints by id and tag, and warns of paths that fit none', () => {
    expect(errorsOf(withFunctions({ resource: 'listNothing' }))).toEqual([
      "expected the id or tag of an endpoint, was 'listNothing'",
    ]);
    expect(errorsOf(withFunctions({ resource: 'tag:nothing' }))).toHaveLength(1);
    expect(checkPolicy(withFunctions({ resource: '/news/**' }))).toMatchObject({
      errors: [],
      warnings: [expect.stringContaining('/news/**')],
    });
  });

  it('wants names once and the roles that the fleet gives', () => {
    const [first] = DEFAULT_POLICY.rows;
    expect(errorsOf(withRows({ id: first?.id ?? '' }))).toHaveLength(1);
    const roles = DEFAULT_POLICY.roles.filter(({ name }) => name !== 'admin');
    expect(errorsOf({ ...DEFAULT_POLICY, roles })).toContain('expected the role admin, which the fleet itself gives');
  });

  it('refuses lines of inheritance longer than Casbin follows', () => {
    const roles = Array.from({ length: 12 }, (_, at) => ({
      name: `r${at}`,
      description: '',
      inherits: at === 0 ? [] : [`r${at - 1}`],
    }));
    expect(errorsOf({ ...DEFAULT_POLICY, roles: [...DEFAULT_POLICY.roles, ...roles] })).toEqual([
      expect.stringContaining('r11 has more'),
    ]);
  });

  it('sees when nobody could change the policy any more', async () => {
    const functions = DEFAULT_POLICY.functions.filter(({ id }) => id !== 'admin-administers');
    expect(await checkAdmins({ ...DEFAULT_POLICY, functions })).not.toEqual([]);
    const denied = withFunctions({ role: 'user', resource: 'addPolicy', effect: 'deny' });
    expect(await checkAdmins(denied)).toMatchObject([{ message: expect.stringContaining('addPolicy') }]);
  });
});

it('finds the endpoint of a path in either version', () => {
  expect(findEndpoint('GET', '/api/v1/ticks/600519.SH?limit=1')?.id).toBe('listTicks');
  expect(findEndpoint('get', '/api/v2/ticks/600519.SH')?.id).toBe('listTicksV2');
  expect(findEndpoint('POST', '/api/v1/ticks/600519.SH')).toBeUndefined();
  for (const { id, method, path } of V1_ENDPOINTS)
    expect(findEndpoint(method, path.replaceAll(/\{\w+\}/g, 'x'))?.id).toBe(id);
});
