import type { FunctionRule, Policy, RowRule } from '@quotefleet/contracts';
import { EnforceContext, type Enforcer, newEnforcer, newModelFromString } from 'casbin';
import { fitsValue } from '../rows/fits-value.ts';
import { CASBIN_MODEL } from './casbin-model.ts';
import type { EndpointCall } from './endpoints.ts';
import { fitsAction, fitsResource } from './fits.ts';

/** What Casbin says: whether, and the id of the rule that decided where one did. */
export interface Verdict {
  allowed: boolean;
  ruleId: string | undefined;
}

/** A policy in Casbin. */
export interface PolicyEnforcer {
  judge(role: string, call: EndpointCall): Verdict;
  judgeRow(role: string, row: { kind: string; value: string }): Verdict;
  /** The role itself and every role it inherits from, near or far. */
  lineOf(role: string): Promise<string[]>;
}

export async function createEnforcer({ roles, functions, rows }: Policy): Promise<PolicyEnforcer> {
  const model = newModelFromString(CASBIN_MODEL);
  for (const rule of functions) model.addPolicy('p', 'p', functionLine(rule));
  for (const rule of rows) model.addPolicy('p', 'p2', rowLine(rule));
  for (const { name, inherits } of roles) for (const parent of inherits) model.addPolicy('g', 'g', [name, parent]);
  const enforcer: Enforcer = await newEnforcer(model);
  await enforcer.addFunction('fitsResource', fitsResource);
  await enforcer.addFunction('fitsAction', fitsAction);
  await enforcer.addFunction('fitsValue', fitsValue);
  await enforcer.buildRoleLinks();
  const verdictOf = ([allowed, rule]: [boolean, string[]]): Verdict => ({ allowed, ruleId: rule[0] });
  return {
    judge: (role, { endpointId, tag, path, method, scope }) =>
      verdictOf(enforcer.enforceExSync(role, endpointId, tag, path, method, scope)),
    // Made anew each time: Casbin takes the context out of its arguments.
    judgeRow: (role, { kind, value }) =>
      verdictOf(enforcer.enforceExSync(new EnforceContext('r2', 'p2', 'e2', 'm2'), role, kind, value)),
    lineOf: async (role) => [role, ...(await enforcer.getImplicitRolesForUser(role))],
  };
}

const functionLine = ({ id, role, resource, action, effect }: FunctionRule) => [id, role, resource, action, effect];
const rowLine = ({ id, role, kind, value, effect }: RowRule) => [id, role, kind, value, effect];
