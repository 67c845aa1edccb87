import { type Access, BUILT_IN_ROLES } from '@quotefleet/access';
import { accessApi, type Policy, type RoleDefinition } from '@quotefleet/contracts';
import { AppError, identityOf, mount, notFound } from '@quotefleet/service-kit';
import express, { type Router } from 'express';
import type { PolicyParts } from '../policy/mount-policy-routes.ts';
import { rowRightsView } from './row-rights-view.ts';

const BODY_BYTES_MAX = 16_384;

/** Roles are a part of the policy: each change of one is a change of it. */
export function mountRoleRoutes(router: Router, { policies, policy, holders }: PolicyParts): void {
  const json = express.json({ limit: BODY_BYTES_MAX });

  mount(router, accessApi.listRoles, async () => {
    const { version, policy: whole } = await policies.current();
    await policy.refresh();
    return { version, roles: whole.roles.map((role) => roleView(role, policy.current())) };
  });

  mount(router, accessApi.getRole, async ({ params: { role: name } }) => {
    const { version, policy: whole } = await policies.current();
    await policy.refresh();
    const access = policy.current();
    return {
      version,
      ...roleView(findRole(whole, name), access),
      functions: [...access.functionsOf(name)],
      rows: rowRightsView(access.rowsOf(name)),
    };
  });

  mount(
    router,
    accessApi.createRole,
    async ({ request, query, body }) => ({
      version: await policies.edit(
        { caller: identityOf(request), action: 'role.create', target: body.name, expectedVersion: query.version },
        (whole) => {
          if (whole.roles.some(({ name }) => name === body.name))
            throw new AppError('CONFLICT', `the policy has a role ${body.name} already`);
          return { ...whole, roles: [...whole.roles, body] };
        },
      ),
    }),
    json,
  );

  mount(
    router,
    accessApi.changeRole,
    async ({ request, params: { role: name }, query, body }) => ({
      version: await policies.edit(
        { caller: identityOf(request), action: 'role.change', target: name, expectedVersion: query.version },
        (whole) => {
          findRole(whole, name);
          return { ...whole, roles: whole.roles.map((role) => (role.name === name ? { name, ...body } : role)) };
        },
      ),
    }),
    json,
  );

  mount(router, accessApi.deleteRole, async ({ request, params: { role: name }, query }) => ({
    version: await policies.edit(
      { caller: identityOf(request), action: 'role.delete', target: name, expectedVersion: query.version },
      async (whole, manager) => {
        findRole(whole, name);
        refuseInUse(whole, name, await holders.count(manager, name));
        return {
          roles: whole.roles.filter((role) => role.name !== name),
          functions: whole.functions.filter(({ role }) => role !== name),
          rows: whole.rows.filter(({ role }) => role !== name),
        };
      },
    ),
  }));
}

function roleView({ name, description, inherits }: RoleDefinition, access: Access) {
  return { name, description, inherits, scopes: [...access.scopesOf(name)] };
}

function findRole({ roles }: Policy, name: string): RoleDefinition {
  const role = roles.find((one) => one.name === name);
  if (role) return role;
  throw notFound(`the policy has no role ${name}`);
}

function refuseInUse({ roles }: Policy, name: string, holders: number): void {
  const heirs = roles.filter(({ inherits }) => inherits.includes(name)).map((role) => role.name);
  if (BUILT_IN_ROLES.includes(name)) throw new AppError('CONFLICT', `the fleet itself gives the role ${name}`);
  if (heirs.length > 0) throw new AppError('CONFLICT', `${heirs.join(', ')} inherit from the role ${name}`);
  if (holders > 0) throw new AppError('CONFLICT', `${holders} hold the role ${name}: give them another first`);
}
