import { authApi } from '@quotefleet/contracts';
import { identityOf, mount } from '@quotefleet/service-kit';
import express, { Router } from 'express';
import { auditScope } from '../audit/audit-scope.ts';
import { mountAuditRoutes } from '../audit/mount-audit-routes.ts';
import type { AuthContext } from '../context.ts';
import { mountPolicyRoutes } from '../policy/mount-policy-routes.ts';
import { mountRoleRoutes } from '../roles/mount-role-routes.ts';

const BODY_BYTES_MAX = 16_384;
/** How long a verifier may keep the public keys. */
const JWKS_MAX_AGE_SECONDS = 300;

/** Every route of auth. */
export function createRoutes(context: AuthContext): Router {
  const { accounts, sessions, apiKeys, signingKeys, audit } = context;
  const router = Router();
  router.use(auditScope());
  const json = express.json({ limit: BODY_BYTES_MAX });
  router.use((_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });

  mount(router, authApi.registerUser, ({ body }) => accounts.register(body), json);
  mount(router, authApi.login, ({ body }) => sessions.login(body), json);
  mount(router, authApi.refreshTokens, ({ body }) => sessions.refresh(body), json);

  mount(router, authApi.createApiKey, ({ body, request }) => apiKeys.create(identityOf(request), body), json);
  mount(router, authApi.listApiKeys, async ({ request }) => ({ apiKeys: await apiKeys.list(identityOf(request)) }));
  mount(router, authApi.revokeApiKey, async ({ params, request }) => {
    await apiKeys.revoke(identityOf(request), params.id);
    return { revoked: true as const };
  });

  mountAuditRoutes(router, audit);
  mountPolicyRoutes(router, context);
  mountRoleRoutes(router, context);
  mount(router, authApi.introspectApiKey, ({ body }) => apiKeys.introspect(body.key), json);
  router.get('/.well-known/jwks.json', async (_request, response) => {
    const keys = (await signingKeys.list()).map((key) => key.publicJwk);
    response.set('Cache-Control', `public, max-age=${JWKS_MAX_AGE_SECONDS}`).json({ keys });
  });
  return router;
}
