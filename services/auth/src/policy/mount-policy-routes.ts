import { explainCall, type FollowedPolicy } from '@quotefleet/access';
import { accessApi, type Policy } from '@quotefleet/contracts';
import { AppError, identityOf, invalidArgument, mount, notFound } from '@quotefleet/service-kit';
import express, { type Router } from 'express';
import type { RoleHolders } from '../roles/role-holders.ts';
import { rowRightsView } from '../roles/row-rights-view.ts';
import type { Policies } from './policies.ts';

/** A policy with as many roles and rules as there may be. */
const POLICY_BYTES_MAX = 2_000_000;

export interface PolicyParts {
  policies: Policies;
  policy: FollowedPolicy;
  holders: RoleHolders;
}

/** Who may call these is for the gateway to check, by this very policy. */
export function mountPolicyRoutes(router: Router, { policies, policy, holders }: PolicyParts): void {
  const json = express.json({ limit: POLICY_BYTES_MAX });
  mount(router, accessApi.getPolicy, () => policies.current());

  mount(router, accessApi.listPolicies, async ({ query: { role } }) => {
    const { version, policy: whole } = await policies.current();
    return { version, ...(role === undefined ? whole : onlyOf(role, whole)) };
  });

  mount(
    router,
    accessApi.addPolicy,
    ({ request, query, body }) =>
      policies.addRule({ caller: identityOf(request), expectedVersion: query.version }, body),
    json,
  );

  mount(router, accessApi.removePolicy, async ({ request, params, query }) => ({
    version: await policies.removeRule({ caller: identityOf(request), expectedVersion: query.version }, params.id),
  }));

  mount(
    router,
    accessApi.replacePolicy,
    ({ request, query, body }) => {
      const dryRun = query.dryRun === 'true';
      return policies.replace({ caller: identityOf(request), expectedVersion: query.version, dryRun }, body);
    },
    json,
  );

  mount(router, accessApi.explainAccess, async ({ query: { role: named, subject, method, path } }) => {
    if ((named === undefined) === (subject === undefined))
      throw invalidArgument('role', 'expected either role or subject');
    const { policy: whole } = await policies.current();
    if (named !== undefined && whole.roles.every(({ name }) => name !== named))
      throw invalidArgument('role', `expected a role of the access policy, was '${named}'`);
    await policy.refresh();
    const role = named ?? (await holders.roleOf(subject ?? ''));
    if (role === undefined) throw notFound(`no user or client has the id ${subject}`);
    const explanation = explainCall(policy.current(), role, { method, path });
    if (!explanation) throw new AppError('NOT_FOUND', `no endpoint of the fleet answers ${method} ${path}`);
    const { endpoint, rows, rule, roles, matching, allowed, reason } = explanation;
    const { id, tag, path: template, access: scope } = endpoint;
    return {
      ...{ version: policy.version(), role, allowed, reason },
      ...(rule ? { rule } : {}),
      roles: [...roles],
      matching: [...matching],
      endpoint: { id, tag, path: template, scope },
      rows: rowRightsView(rows),
    };
  });
}

function onlyOf(role: string, { roles, functions, rows }: Policy): Policy {
  return {
    roles: roles.filter(({ name }) => name === role),
    functions: functions.filter((rule) => rule.role === role),
    rows: rows.filter((rule) => rule.role === role),
  };
}
