import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { changedAnswer, idParams, newPassword, revokedAnswer, secondFactor, typedPassword } from './auth-common.ts';

const tokensSchema = z.object({
  accessToken: z.string(),
  tokenType: z.literal('Bearer'),
  expiresInSeconds: z.int(),
  refreshToken: z.string(),
});
export type Tokens = z.infer<typeof tokensSchema>;

const cookie = z.boolean().default(false).meta({
  description: 'Sets the access token as the HttpOnly cookie `qf_session` as well, for pages of the same origin',
});

export const login = {
  id: 'login',
  method: 'post',
  path: '/api/v1/auth/login',
  tag: 'auth',
  summary: 'Exchanges a password for an access and a refresh token',
  description:
    'An unknown user, a disabled one and a wrong password get the same answer. Where a second factor is on, ' +
    'TOTP_REQUIRED asks for it and TOTP_INVALID says that it is wrong or was used before. ' +
    'After several failures RATE_LIMITED says when to come back; each further failure doubles the wait.',
  access: 'public',
  body: z
    .object({
      username: z.string().min(1).max(64),
      password: typedPassword,
      totp: secondFactor.optional(),
      cookie,
    })
    .strict(),
  data: tokensSchema,
} as const satisfies Endpoint;

export const refreshTokens = {
  id: 'refreshTokens',
  method: 'post',
  path: '/api/v1/auth/refresh',
  tag: 'auth',
  summary: 'Exchanges a refresh token for new tokens; the old one is used up, and reuse revokes its family',
  access: 'public',
  body: z.object({ refreshToken: z.string().min(1).max(200), cookie }).strict(),
  data: tokensSchema,
} as const satisfies Endpoint;

export const logout = {
  id: 'logout',
  method: 'post',
  path: '/api/v1/auth/logout',
  tag: 'auth',
  summary: 'Ends the session of the access token; its tokens are refused everywhere within a second',
  access: 'read',
  data: revokedAnswer,
} as const satisfies Endpoint;

export const logoutAll = {
  id: 'logoutAll',
  method: 'post',
  path: '/api/v1/auth/logout-all',
  tag: 'auth',
  summary: 'Ends every session of the caller, this one too; API keys go on',
  access: 'read',
  data: z.object({ revoked: z.int().meta({ description: 'Sessions that ended' }) }),
} as const satisfies Endpoint;

const sessionViewSchema = z.object({
  id: z.string(),
  current: z.boolean().meta({ description: 'Whether it is the session of this call' }),
  clientId: z.string().optional().meta({ description: 'The OAuth client that signed in for the user' }),
  ip: z.string().optional(),
  userAgent: z.string().optional(),
  createdAt: z.string(),
  lastUsedAt: z.string(),
  expiresAt: z.string(),
});

export const listSessions = {
  id: 'listSessions',
  method: 'get',
  path: '/api/v1/auth/sessions',
  tag: 'auth',
  summary: "The caller's sessions, the latest used first",
  access: 'read',
  data: z.object({ sessions: z.array(sessionViewSchema) }),
} as const satisfies Endpoint;

export const revokeSession = {
  id: 'revokeSession',
  method: 'delete',
  path: '/api/v1/auth/sessions/{id}',
  tag: 'auth',
  summary: "Ends one of the caller's sessions; an admin may end any",
  access: 'read',
  params: idParams,
  data: revokedAnswer,
} as const satisfies Endpoint;

export const createSocketTicket = {
  id: 'createSocketTicket',
  method: 'post',
  path: '/api/v1/auth/socket-ticket',
  tag: 'auth',
  summary: 'A ticket to open one realtime connection with, good once and for 30 s',
  description:
    'For pages, which hold their session by a cookie that no script can read. The connection is good as long as the ' +
    'session or the API key of this call, and ends with it.',
  access: 'read',
  data: z.object({
    ticket: z.string().meta({ description: '`auth: {ticket}` of the Socket.IO handshake' }),
    expiresAt: z.string().meta({ description: 'Until when it can be used' }),
  }),
  status: 201,
} as const satisfies Endpoint;

export const changePassword = {
  id: 'changePassword',
  method: 'post',
  path: '/api/v1/auth/password',
  tag: 'auth',
  summary: "Changes the caller's password and ends every other session",
  description: 'Needs a session, no API key. The current password is asked for like at a sign-in, limits included.',
  access: 'read',
  body: z.object({ currentPassword: typedPassword, newPassword }).strict(),
  data: changedAnswer,
} as const satisfies Endpoint;
