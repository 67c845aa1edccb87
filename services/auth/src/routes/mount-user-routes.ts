import { authApi } from '@quotefleet/contracts';
import { mount } from '@quotefleet/service-kit';
import type { RequestHandler, Router } from 'express';
import type { UserAdmin } from '../users/user-admin.ts';
import { adminOf } from './admin-of.ts';

const CHANGED = { changed: true as const };

/** What admins do with the accounts of others. */
export function mountUserRoutes(router: Router, { userAdmin }: { userAdmin: UserAdmin }, json: RequestHandler): void {
  mount(router, authApi.listUsers, ({ query, request }) => {
    adminOf(request);
    return userAdmin.list(query);
  });
  mount(router, authApi.createUser, ({ body, request }) => userAdmin.create(adminOf(request), body), json);
  mount(router, authApi.createInvitation, ({ body, request }) => userAdmin.invite(adminOf(request), body), json);
  mount(
    router,
    authApi.setUserRole,
    async ({ params, body, request }) => {
      await userAdmin.setRole(adminOf(request), params.id, body.role);
      return CHANGED;
    },
    json,
  );
  mount(router, authApi.disableUser, async ({ params, request }) => {
    await userAdmin.setDisabled(adminOf(request), params.id, true);
    return CHANGED;
  });
  mount(router, authApi.enableUser, async ({ params, request }) => {
    await userAdmin.setDisabled(adminOf(request), params.id, false);
    return CHANGED;
  });
  mount(router, authApi.resetUserTotp, async ({ params, request }) => {
    await userAdmin.resetTotp(adminOf(request), params.id);
    return CHANGED;
  });
  mount(router, authApi.deleteUser, async ({ params, request }) => {
    await userAdmin.erase(adminOf(request), params.id);
    return CHANGED;
  });
}
