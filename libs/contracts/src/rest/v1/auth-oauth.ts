import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { idParams, overlapHours, revokedAnswer, roleName, scope } from './auth-common.ts';

export const FORM_TYPE = 'application/x-www-form-urlencoded';

const text = (max: number) => z.string().min(1).max(max).optional();
/** Unknown parameters are ignored, as RFC 6749 section 3.2 asks. */
const clientCredentials = z.object({ client_id: text(64), client_secret: text(200) });

export const oauthTokenAnswer = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int().meta({ description: 'Seconds' }),
  refresh_token: z.string().optional(),
  scope: z.string().meta({ description: 'Scopes apart by spaces' }),
});
export type OAuthTokenAnswer = z.infer<typeof oauthTokenAnswer>;

const RFC_ERRORS =
  'Errors are `{error, error_description}` as RFC 6749 section 5.2 says; a client proves itself by HTTP Basic or by ' +
  '`client_id` and `client_secret`.';

export const oauthToken = {
  id: 'oauthToken',
  method: 'post',
  path: '/api/v1/oauth/token',
  tag: 'oauth',
  summary: 'The OAuth 2.0 token endpoint: password, refresh_token and client_credentials',
  description: `${RFC_ERRORS} Where a second factor is on, \`mfa_required\` asks for \`totp\`.`,
  access: 'public',
  body: clientCredentials.extend({
    grant_type: text(64),
    username: text(64),
    password: text(200),
    totp: text(24),
    refresh_token: text(200),
    scope: text(200),
  }),
  bodyTypes: [FORM_TYPE],
  data: oauthTokenAnswer,
  bare: true,
  ownCredentials: true,
} as const satisfies Endpoint;

export const oauthRevoke = {
  id: 'oauthRevoke',
  method: 'post',
  path: '/api/v1/oauth/revoke',
  tag: 'oauth',
  summary: 'Revokes a refresh or access token with its session (RFC 7009)',
  description: `${RFC_ERRORS} A token that is not known is answered as one that was revoked.`,
  access: 'public',
  body: clientCredentials.extend({ token: text(4000), token_type_hint: text(64) }),
  bodyTypes: [FORM_TYPE],
  data: z.object({}),
  bare: true,
  ownCredentials: true,
} as const satisfies Endpoint;

export const oauthIntrospectAnswer = z.object({
  active: z.boolean(),
  scope: z.string().optional(),
  client_id: z.string().optional(),
  sub: z.string().optional(),
  sid: z.string().optional(),
  token_type: z.string().optional(),
  iss: z.string().optional(),
  aud: z.string().optional(),
  exp: z.number().optional(),
  iat: z.number().optional(),
});
export type OAuthIntrospectAnswer = z.infer<typeof oauthIntrospectAnswer>;

export const oauthIntrospect = {
  id: 'oauthIntrospect',
  method: 'post',
  path: '/api/v1/oauth/introspect',
  tag: 'oauth',
  summary: 'Tells a client whether an access token is valid now, and whose (RFC 7662)',
  description: RFC_ERRORS,
  access: 'public',
  body: clientCredentials.extend({ token: text(4000), token_type_hint: text(64) }),
  bodyTypes: [FORM_TYPE],
  data: oauthIntrospectAnswer,
  bare: true,
  ownCredentials: true,
} as const satisfies Endpoint;

const grantType = z.enum(['client_credentials', 'password', 'refresh_token']);
export type GrantType = z.infer<typeof grantType>;

const clientViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleName.meta({ description: 'By whose rights the client acts for itself' }),
  scopes: z.array(scope).meta({ description: 'The most that a token of the client may hold' }),
  grants: z.array(grantType),
  createdAt: z.string(),
  expiresAt: z.string().optional(),
});
const secretShownOnce = { secret: z.string().meta({ description: 'Shown this once' }) };

export const createOAuthClient = {
  id: 'createOAuthClient',
  method: 'post',
  path: '/api/v1/oauth/clients',
  tag: 'oauth',
  summary: 'Makes an OAuth client; its secret is shown this once',
  access: 'admin',
  body: z
    .object({
      name: z.string().min(1).max(64),
      role: roleName.default('service'),
      scopes: z.array(scope).min(1).default(['read']),
      grants: z.array(grantType).min(1).default(['client_credentials']),
      expiresInDays: z.int().min(1).max(3650).optional(),
    })
    .strict(),
  data: clientViewSchema.extend(secretShownOnce),
  status: 201,
} as const satisfies Endpoint;

export const listOAuthClients = {
  id: 'listOAuthClients',
  method: 'get',
  path: '/api/v1/oauth/clients',
  tag: 'oauth',
  summary: 'Every OAuth client that is not revoked',
  access: 'admin',
  data: z.object({ clients: z.array(clientViewSchema) }),
} as const satisfies Endpoint;

export const rotateOAuthClient = {
  id: 'rotateOAuthClient',
  method: 'post',
  path: '/api/v1/oauth/clients/{id}/rotate',
  tag: 'oauth',
  summary: 'Gives an OAuth client a new secret; the former one goes on for a while',
  access: 'admin',
  params: idParams,
  body: z.object({ overlapHours }).strict(),
  data: clientViewSchema.extend(secretShownOnce),
} as const satisfies Endpoint;

export const revokeOAuthClient = {
  id: 'revokeOAuthClient',
  method: 'delete',
  path: '/api/v1/oauth/clients/{id}',
  tag: 'oauth',
  summary: 'Revokes an OAuth client, its tokens and the sessions it began',
  access: 'admin',
  params: idParams,
  data: revokedAnswer,
} as const satisfies Endpoint;
