import { describe, expect, it } from '@jest/globals';
import { type FunctionRule, marketApi, type Policy, type RowRule, type Scope } from '@quotefleet/contracts';
import fc from 'fast-check';
import { createAccess } from './create-access.ts';
import { callOf } from './functions/endpoints.ts';
import { createEnforcer } from './functions/enforcer.ts';
import { checkPolicy } from './policy/check-policy.ts';
import { DEFAULT_POLICY } from './policy/default-policy.ts';

const ROLES = ['a', 'b', 'c', 'd'] as const;
const CALLS = [marketApi.historicalStock, marketApi.listTicks, marketApi.listStocks, marketApi.ingestTicks].map(callOf);
const SYMBOLS = ['600519.SH', '000001.SZ', '920047.BJ', '00700.HK', 'AAPL.US', '000300.SH', '510300.SH'];
const SCOPES: Scope[] = ['read', 'write', 'admin'];

const role = fc.constantFrom(...ROLES);
const effect = fc.constantFrom('allow' as const, 'allow' as const, 'deny' as const);
const functionRule: fc.Arbitrary<Omit<FunctionRule, 'id'>> = fc.record({
  role,
  effect,
  resource: fc.constantFrom('*', 'listTicks', 'tag:market data', '/api/v1/historical/**', '/api/**'),
  action: fc.constantFrom('*', 'read', 'write', 'GET', 'POST'),
});
const rowRule: fc.Arbitrary<Omit<RowRule, 'id'>> = fc.oneof(
  fc.record({ role, effect, kind: fc.constant('market' as const), value: fc.constantFrom('*', 'SH', 'SZ', 'HK') }),
  fc.record({
    role,
    effect,
    kind: fc.constant('symbol' as const),
    value: fc.constantFrom('*', '60*.SH', '*.SZ', '00700.HK'),
  }),
  fc.record({
    role,
    effect,
    kind: fc.constant('instrumentKind' as const),
    value: fc.constantFrom('*', 'stock', 'index'),
  }),
);
/** A role inherits only from ones that stand before it, so there is no cycle. */
const inherits = fc.tuple(...ROLES.map((_name, at) => fc.subarray(ROLES.slice(0, at) as string[])));
const policy: fc.Arbitrary<Policy> = fc
  .record({ inherits, functions: fc.array(functionRule, { maxLength: 8 }), rows: fc.array(rowRule, { maxLength: 10 }) })
  .map((parts) => ({
    roles: ROLES.map((name, at) => ({ name, description: '', inherits: parts.inherits[at] ?? [] })),
    functions: parts.functions.map((rule, at) => ({ ...rule, id: `f${at}` })),
    rows: parts.rows.map((rule, at) => ({ ...rule, id: `r${at}` })),
  }));
const onlyAllowing = policy.map(({ roles, functions, rows }) => ({
  roles,
  functions: functions.map((rule) => ({ ...rule, effect: 'allow' as const })),
  rows: rows.map((rule) => ({ ...rule, effect: 'allow' as const })),
}));
const RUNS = { numRuns: 60 };

describe('whatever the policy', () => {
  it('one rule that denies wins over all that allow', async () => {
    const property = fc.asyncProperty(policy, role, fc.constantFrom(...CALLS), async (given, name, call) => {
      const denying: FunctionRule = { id: 'deny', role: name, resource: call.endpointId, action: '*', effect: 'deny' };
      const access = await createAccess({ ...given, functions: [denying, ...given.functions] });
      expect(access.decide({ role: name, scopes: SCOPES }, call).allowed).toBe(false);
    });
    await fc.assert(property, RUNS);
  });

  it('nothing is allowed that no rule allows', async () => {
    const property = fc.asyncProperty(policy, role, fc.constantFrom(...CALLS), async (given, name, call) => {
      const access = await createAccess(given);
      const { allowed, rule } = access.decide({ role: name, scopes: SCOPES }, call);
      const { matching } = access.explain(name, call);
      expect(allowed).toBe(matching.length > 0 && matching.every(({ effect: is }) => is === 'allow'));
      if (allowed) expect(matching).toContain(rule);
    });
    await fc.assert(property, RUNS);
  });

  it('a role may all that the roles it inherits from may, where no rule denies', async () => {
    const property = fc.asyncProperty(onlyAllowing, async (given) => {
      const access = await createAccess(given);
      for (const { name, inherits: parents } of given.roles) {
        for (const parent of parents) {
          for (const call of CALLS) {
            if (access.decide({ role: parent, scopes: SCOPES }, call).allowed)
              expect(access.decide({ role: name, scopes: SCOPES }, call).allowed).toBe(true);
          }
          for (const symbol of SYMBOLS) {
            const isRefused = access.rowsOf(name).refusalOf(symbol) !== undefined;
            if (isRefused) expect(access.rowsOf(parent).refusalOf(symbol)).toBeDefined();
          }
          expect(access.scopesOf(name)).toEqual(expect.arrayContaining([...access.scopesOf(parent)]));
        }
      }
    });
    await fc.assert(property, RUNS);
  });

  it('the rights of rows are what Casbin itself says', async () => {
    const property = fc.asyncProperty(
      policy,
      role,
      fc.constantFrom('SH', 'SZ', 'HK', 'US'),
      async (given, name, market) => {
        const enforcer = await createEnforcer(given);
        const symbols: RowRule[] = ['symbol', 'instrumentKind'].map((kind) => {
          return { id: `all-${kind}`, role: 'all', kind: kind as RowRule['kind'], value: '*', effect: 'allow' };
        });
        const rows = [...given.rows.filter(({ kind }) => kind === 'market'), ...symbols];
        const roles = given.roles.map((one) => ({ ...one, inherits: [...one.inherits, 'all'] }));
        const access = await createAccess({
          ...given,
          roles: [...roles, { name: 'all', description: '', inherits: [] }],
          rows,
        });
        const isSeen = access.rowsOf(name).refusalOf(`000000.${market}`) === undefined;
        expect(isSeen).toBe(enforcer.judgeRow(name, { kind: 'market', value: market }).allowed);
      },
    );
    await fc.assert(property, RUNS);
  });

  it('a line of inheritance that comes back to itself is an error', () => {
    const property = fc.property(fc.shuffledSubarray([...ROLES], { minLength: 1 }), (ring) => {
      const rest = ROLES.filter((name) => !ring.includes(name));
      const roles = [
        ...ring.map((name, at) => ({ name, description: '', inherits: [ring[(at + 1) % ring.length] ?? name] })),
        ...rest.map((name) => ({ name, description: '', inherits: [] })),
      ];
      const { errors } = checkPolicy({ ...DEFAULT_POLICY, roles: [...DEFAULT_POLICY.roles, ...roles] });
      expect(
        errors.filter(({ message }) => message.startsWith('expected no role to inherit from itself')),
      ).toHaveLength(1);
    });
    fc.assert(property, RUNS);
  });
});
