import express, { Router } from 'express';
import { auditScope } from '../audit/audit-scope.ts';
import { mountAuditRoutes } from '../audit/mount-audit-routes.ts';
import type { AuthContext } from '../context.ts';
import { mountOAuthRoutes } from '../oauth/mount-oauth-routes.ts';
import { mountPolicyRoutes } from '../policy/mount-policy-routes.ts';
import { mountRoleRoutes } from '../roles/mount-role-routes.ts';
import { mountAccountRoutes } from './mount-account-routes.ts';
import { mountKeyRoutes } from './mount-key-routes.ts';
import { mountSessionRoutes } from './mount-session-routes.ts';
import { mountUserRoutes } from './mount-user-routes.ts';

const BODY_BYTES_MAX = 16_384;

/** Every route of auth. */
export function createRoutes(context: AuthContext): Router {
  const router = Router();
  router.use(auditScope());
  const json = express.json({ limit: BODY_BYTES_MAX });
  router.use((_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  mountAccountRoutes(router, context, json);
  mountSessionRoutes(router, context, json);
  mountUserRoutes(router, context, json);
  mountKeyRoutes(router, context, json);
  mountOAuthRoutes(router, context);
  mountAuditRoutes(router, context.audit);
  mountPolicyRoutes(router, context);
  mountRoleRoutes(router, context);
  return router;
}
