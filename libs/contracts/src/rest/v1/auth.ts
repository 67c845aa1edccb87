import type { Endpoint } from '../endpoint.ts';
import * as accounts from './auth-accounts.ts';
import * as apiKeys from './auth-api-keys.ts';
import * as oauth from './auth-oauth.ts';
import * as sessions from './auth-sessions.ts';
import * as signingKeys from './auth-signing-keys.ts';
import * as users from './auth-users.ts';

export {
  changeEmail,
  changePhone,
  confirmTotp,
  createInvitation,
  disableTotp,
  enrolTotp,
  registerUser,
  requestPasswordReset,
  resetPassword,
  verifyEmail,
  whoAmI,
} from './auth-accounts.ts';
export { createApiKey, listApiKeys, renameApiKey, revokeApiKey, rotateApiKey } from './auth-api-keys.ts';
export { type Identity, identitySchema, roleName, type Scope, scope } from './auth-common.ts';
export {
  introspectApiKey,
  KEY_USES_MAX,
  listRevocations,
  redeemSocketTicket,
  reportKeyUses,
} from './auth-internal.ts';
export {
  createOAuthClient,
  FORM_TYPE,
  type GrantType,
  listOAuthClients,
  type OAuthIntrospectAnswer,
  type OAuthTokenAnswer,
  oauthIntrospect,
  oauthRevoke,
  oauthToken,
  revokeOAuthClient,
  rotateOAuthClient,
} from './auth-oauth.ts';
export {
  changePassword,
  createSocketTicket,
  listSessions,
  login,
  logout,
  logoutAll,
  refreshTokens,
  revokeSession,
  type Tokens,
} from './auth-sessions.ts';
export { getJwks, listSigningKeys, rotateSigningKeys } from './auth-signing-keys.ts';
export {
  createUser,
  deleteUser,
  disableUser,
  enableUser,
  listUsers,
  resetUserTotp,
  setUserRole,
  type UserView,
} from './auth-users.ts';

/** Every public endpoint of sign-in, accounts, keys and users. */
export const AUTH_ENDPOINTS: readonly Endpoint[] = [
  accounts.registerUser,
  sessions.login,
  sessions.refreshTokens,
  sessions.logout,
  sessions.logoutAll,
  sessions.listSessions,
  sessions.revokeSession,
  sessions.createSocketTicket,
  sessions.changePassword,
  accounts.requestPasswordReset,
  accounts.resetPassword,
  accounts.changeEmail,
  accounts.changePhone,
  accounts.verifyEmail,
  accounts.enrolTotp,
  accounts.confirmTotp,
  accounts.disableTotp,
  accounts.whoAmI,
  accounts.createInvitation,
  apiKeys.createApiKey,
  apiKeys.listApiKeys,
  apiKeys.renameApiKey,
  apiKeys.rotateApiKey,
  apiKeys.revokeApiKey,
  oauth.oauthToken,
  oauth.oauthRevoke,
  oauth.oauthIntrospect,
  oauth.createOAuthClient,
  oauth.listOAuthClients,
  oauth.rotateOAuthClient,
  oauth.revokeOAuthClient,
  users.listUsers,
  users.createUser,
  users.setUserRole,
  users.disableUser,
  users.enableUser,
  users.resetUserTotp,
  users.deleteUser,
  signingKeys.listSigningKeys,
  signingKeys.rotateSigningKeys,
  signingKeys.getJwks,
];
