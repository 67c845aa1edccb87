import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';

export const scope = z.enum(['read', 'write', 'admin']);
export type Scope = z.infer<typeof scope>;

const username = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{3,64}$/, 'expected 3 to 64 letters, digits, dots, dashes or underscores');
/** bcrypt reads 72 bytes; a longer password would be cut silently. */
const password = z
  .string()
  .min(10, 'expected at least 10 characters')
  .refine((text) => new TextEncoder().encode(text).length <= 72, 'expected at most 72 bytes');

const tokensSchema = z.object({
  accessToken: z.string(),
  tokenType: z.literal('Bearer'),
  expiresInSeconds: z.int(),
  refreshToken: z.string(),
});
export type Tokens = z.infer<typeof tokensSchema>;

const userViewSchema = z.object({ id: z.string(), username: z.string(), role: z.string() });
const apiKeyViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(scope),
  createdAt: z.string(),
  expiresAt: z.string().optional(),
});

/** A role of the access policy, such as `user`, `pro`, `service` or `admin`; it is also the plan of who holds it. */
export const roleName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'expected a name in lower case letters, digits and dashes');

/** Who a request is made by, as auth tells the gateway and realtime. */
export const identitySchema = z.object({
  /** User id. */
  subject: z.string(),
  /** What the per-client limit counts by: the API key's id, or the user's. */
  client: z.string(),
  role: roleName,
  scopes: z.array(scope),
  /** The sign-in that an access token belongs to. */
  session: z.string().optional(),
});
export type Identity = z.infer<typeof identitySchema>;

export const registerUser = {
  id: 'registerUser',
  method: 'post',
  path: '/api/v1/auth/register',
  tag: 'auth',
  summary: 'Registers a user with the role `user`',
  access: 'public',
  body: z.object({ username, password }).strict(),
  data: userViewSchema,
  status: 201,
} as const satisfies Endpoint;

export const login = {
  id: 'login',
  method: 'post',
  path: '/api/v1/auth/login',
  tag: 'auth',
  summary: 'Exchanges a password for an access and a refresh token',
  access: 'public',
  body: z.object({ username: z.string().min(1).max(64), password: z.string().min(1).max(200) }).strict(),
  data: tokensSchema,
} as const satisfies Endpoint;

export const refreshTokens = {
  id: 'refreshTokens',
  method: 'post',
  path: '/api/v1/auth/refresh',
  tag: 'auth',
  summary: 'Exchanges a refresh token for new tokens; the old one is used up, and reuse revokes its family',
  access: 'public',
  body: z.object({ refreshToken: z.string().min(1).max(200) }).strict(),
  data: tokensSchema,
} as const satisfies Endpoint;

export const createApiKey = {
  id: 'createApiKey',
  method: 'post',
  path: '/api/v1/api-keys',
  tag: 'auth',
  summary: 'Issues an API key; the key itself is shown this once',
  access: 'read',
  body: z
    .object({
      name: z.string().min(1).max(64),
      scopes: z.array(scope).min(1).default(['read']),
      expiresInDays: z.int().min(1).max(3650).optional(),
    })
    .strict(),
  data: apiKeyViewSchema.extend({ key: z.string() }),
  status: 201,
} as const satisfies Endpoint;

export const listApiKeys = {
  id: 'listApiKeys',
  method: 'get',
  path: '/api/v1/api-keys',
  tag: 'auth',
  summary: "The caller's API keys",
  access: 'read',
  data: z.object({ apiKeys: z.array(apiKeyViewSchema) }),
} as const satisfies Endpoint;

export const revokeApiKey = {
  id: 'revokeApiKey',
  method: 'delete',
  path: '/api/v1/api-keys/{id}',
  tag: 'auth',
  summary: 'Revokes an API key',
  access: 'read',
  params: z.object({ id: z.uuid() }),
  data: z.object({ revoked: z.literal(true) }),
} as const satisfies Endpoint;

/** Inside the fleet only: who does this API key belong to? 401 where nobody. */
export const introspectApiKey = {
  id: 'introspectApiKey',
  method: 'post',
  path: '/internal/api-keys/introspect',
  tag: 'internal',
  summary: 'Resolves an API key to an identity',
  access: 'public',
  body: z.object({ key: z.string().min(1).max(200) }).strict(),
  data: identitySchema,
} as const satisfies Endpoint;
