import { accessApi, type FieldError, type Policy } from '@quotefleet/contracts';
import { createAccess } from '../create-access.ts';
import { callOf } from '../functions/endpoints.ts';
import { ADMIN_ROLE } from './default-policy.ts';

/** Why a policy would lock everybody out of changing it again; nothing where admins still may. */
export async function checkAdmins(policy: Policy): Promise<FieldError[]> {
  const access = await createAccess(policy);
  const identity = { role: ADMIN_ROLE, scopes: [...access.scopesOf(ADMIN_ROLE)] };
  return accessApi.ACCESS_ENDPOINTS.flatMap((endpoint) => {
    const { allowed, reason } = access.decide(identity, callOf(endpoint));
    return allowed ? [] : [{ field: 'functions', message: `nobody could call ${endpoint.id} any more: ${reason}` }];
  });
}
