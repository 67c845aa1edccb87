export { type Access, createAccess, type Decision, type Explanation } from './create-access.ts';
export { type CallExplanation, explainCall } from './explain-call.ts';
export { type FollowedPolicy, type FollowPolicyOptions, followPolicy, followPolicyOf } from './follow/follow-policy.ts';
export { callOf, type EndpointCall, findEndpoint } from './functions/endpoints.ts';
export { checkPolicy, type PolicyReport } from './policy/check-policy.ts';
export { ADMIN_ROLE, ANONYMOUS_ROLE, BUILT_IN_ROLES, DEFAULT_POLICY } from './policy/default-policy.ts';
export { checkAdmins } from './policy/guard-admins.ts';
export type { RowRefusal, RowRights } from './rows/row-rights.ts';
