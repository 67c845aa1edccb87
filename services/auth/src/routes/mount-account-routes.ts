import { authApi } from '@quotefleet/contracts';
import { identityOf, mount } from '@quotefleet/service-kit';
import type { RequestHandler, Router } from 'express';
import type { Accounts } from '../users/accounts.ts';
import type { UserAdmin } from '../users/user-admin.ts';

const ACCEPTED = { accepted: true as const };
const CHANGED = { changed: true as const };

interface AccountParts {
  accounts: Accounts;
  userAdmin: UserAdmin;
}

/** What people do with their own account. */
export function mountAccountRoutes(router: Router, { accounts, userAdmin }: AccountParts, json: RequestHandler): void {
  mount(router, authApi.registerUser, ({ body }) => accounts.register(body), json);
  mount(
    router,
    authApi.changePassword,
    async ({ body, request }) => {
      await accounts.changePassword(identityOf(request), body);
      return CHANGED;
    },
    json,
  );
  mount(
    router,
    authApi.changeEmail,
    async ({ body, request }) => {
      await accounts.changeEmail(identityOf(request), body);
      return ACCEPTED;
    },
    json,
  );
  mount(
    router,
    authApi.verifyEmail,
    async ({ body }) => {
      await accounts.verifyEmail(body.token);
      return CHANGED;
    },
    json,
  );
  mount(
    router,
    authApi.changePhone,
    async ({ body: { phone, currentPassword }, request }) => {
      await accounts.changePhone(identityOf(request), { phone: phone ?? undefined, currentPassword });
      return CHANGED;
    },
    json,
  );
  mount(
    router,
    authApi.requestPasswordReset,
    async ({ body }) => {
      await accounts.requestPasswordReset(body.email);
      return ACCEPTED;
    },
    json,
  );
  mount(
    router,
    authApi.resetPassword,
    async ({ body }) => {
      await accounts.resetPassword(body);
      return CHANGED;
    },
    json,
  );
  mount(router, authApi.whoAmI, async ({ request }) => {
    const { subject, role, scopes, session } = identityOf(request);
    const known = await userAdmin.describe(identityOf(request));
    return { id: subject, role, scopes, ...(session === undefined ? {} : { session }), ...known };
  });
  mountTotpRoutes(router, accounts, json);
}

function mountTotpRoutes(router: Router, accounts: Accounts, json: RequestHandler): void {
  mount(
    router,
    authApi.enrolTotp,
    ({ body, request }) => accounts.enrolTotp(identityOf(request), body.currentPassword),
    json,
  );
  mount(
    router,
    authApi.confirmTotp,
    async ({ body, request }) => ({ recoveryCodes: await accounts.confirmTotp(identityOf(request), body.totp) }),
    json,
  );
  mount(
    router,
    authApi.disableTotp,
    async ({ body, request }) => {
      await accounts.disableTotp(identityOf(request), body);
      return CHANGED;
    },
    json,
  );
}
