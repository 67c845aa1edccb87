import { randomUUID } from 'node:crypto';
import { checkAdmins, checkPolicy } from '@quotefleet/access';
import type { FunctionRule, Identity, Policy, RowRule, VersionedPolicy } from '@quotefleet/contracts';
import { AppError, notFound } from '@quotefleet/service-kit';
import type { EntityManager } from 'typeorm';
import { appendAudit } from '../audit/append-audit.ts';
import { diffPolicies, type PolicyDiff } from './diff-policies.ts';
import type { PolicyStore } from './policy-store.ts';

const REPLACE = 'policy.replace';

/** Who asks for a change, what it is, and which version it was made for. */
export interface PolicyChange {
  caller: Identity;
  /** For the audit trail, as `policy.add listTicks`. */
  action: string;
  target: string;
  expectedVersion: number | undefined;
}

type Edit = (policy: Policy, manager: EntityManager) => Policy | Promise<Policy>;
type NewRule =
  | (Omit<FunctionRule, 'id'> & { type: 'function'; id?: string | undefined })
  | (Omit<RowRule, 'id'> & { type: 'row'; id?: string | undefined });

export interface ReplaceReport extends PolicyDiff {
  version: number;
  dryRun: boolean;
  warnings: string[];
}

/** Changes of the access policy. Each is checked as a whole, kept as a version of its own, announced and audited. */
export interface Policies {
  current(): Promise<VersionedPolicy>;
  /** @throws AppError CONFLICT for another version, or where nobody could change the policy any more; INVALID_ARGUMENT */
  edit(change: PolicyChange, edit: Edit): Promise<number>;
  addRule(change: Omit<PolicyChange, 'action' | 'target'>, rule: NewRule): Promise<{ version: number; id: string }>;
  /** @throws AppError NOT_FOUND */
  removeRule(change: Omit<PolicyChange, 'action' | 'target'>, id: string): Promise<number>;
  replace(
    change: Omit<PolicyChange, 'action' | 'target'> & { dryRun: boolean },
    policy: Policy,
  ): Promise<ReplaceReport>;
}

interface PoliciesDependencies {
  store: PolicyStore;
  /** Told after each change. */
  changed: () => Promise<void>;
}

export function createPolicies({ store, changed }: PoliciesDependencies): Policies {
  async function edit({ caller, action, target, expectedVersion }: PolicyChange, apply: Edit): Promise<number> {
    const version = await store.change(async (manager, current) => {
      checkVersion(expectedVersion, current.version);
      const policy = await apply(current.policy, manager);
      await check(policy, action === REPLACE);
      const entry = {
        ...{ actor: caller.subject, client: caller.client, action, target: target.slice(0, 256) },
        outcome: 'allowed' as const,
        reason: `version ${current.version + 1} of the access policy`,
      };
      return { policy, actor: caller.subject, conclude: (ending) => appendAudit(ending, entry) };
    });
    await changed();
    return version;
  }

  return {
    current: store.current,
    edit,

    async addRule(change, { id = randomUUID(), ...rule }) {
      const what = rule.type === 'row' ? `${rule.kind} ${rule.value}` : `${rule.resource} ${rule.action}`;
      const target = `${rule.role} ${rule.effect} ${what}`;
      const version = await edit({ ...change, action: 'policy.add', target }, (policy) => withRule(policy, id, rule));
      return { version, id };
    },

    removeRule: (change, id) =>
      edit({ ...change, action: 'policy.remove', target: id }, ({ roles, functions, rows }) => {
        const isOther = (rule: { id: string }) => rule.id !== id;
        if (functions.every(isOther) && rows.every(isOther)) throw notFound(`no rule has the id ${id}`);
        return { roles, functions: functions.filter(isOther), rows: rows.filter(isOther) };
      }),

    async replace({ dryRun, ...change }, policy) {
      const { warnings } = checkPolicy(policy);
      const current = await store.current();
      if (!dryRun) {
        const version = await edit({ ...change, action: REPLACE, target: 'the whole policy' }, () => policy);
        return { version, dryRun, warnings, ...diffPolicies(current.policy, policy) };
      }
      checkVersion(change.expectedVersion, current.version);
      await check(policy, true);
      return { version: current.version, dryRun, warnings, ...diffPolicies(current.policy, policy) };
    },
  };
}

function withRule(policy: Policy, id: string, rule: NewRule): Policy {
  if (rule.type === 'row') {
    const { type: _type, ...added } = rule;
    return { ...policy, rows: [...policy.rows, { ...added, id }] };
  }
  const { type: _type, ...added } = rule;
  return { ...policy, functions: [...policy.functions, { ...added, id }] };
}

function checkVersion(expected: number | undefined, found: number): void {
  if (expected === undefined || expected === found) return;
  throw new AppError('CONFLICT', `expected version ${expected} of the policy, it is ${found} by now: read it again`);
}

/** Whoever hands in one rule or role knows nothing of its place among the others. */
async function check(policy: Policy, isWhole: boolean): Promise<void> {
  const errors = checkPolicy(policy).errors.map(({ field, message }) => {
    return { field: isWhole ? field : field.replace(/^\w+\.\d+\./, ''), message };
  });
  const message = errors.map((error) => `${error.field}: ${error.message}`).join('; ');
  if (errors.length > 0) throw new AppError('INVALID_ARGUMENT', message, { errors });
  const [lockout] = await checkAdmins(policy);
  if (lockout) throw new AppError('CONFLICT', lockout.message, { errors: [lockout] });
}
