import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { changedAnswer, email, idParams, newPassword, roleName, username } from './auth-common.ts';

export const USERS_PER_PAGE_MAX = 200;

const userViewSchema = z.object({
  id: z.string(),
  username: z.string(),
  role: roleName,
  email: z.string().optional(),
  emailVerified: z.boolean(),
  phone: z.string().optional().meta({ description: 'Masked', example: '+86*********00' }),
  totp: z.boolean(),
  disabled: z.boolean(),
  createdAt: z.string(),
});
export type UserView = z.infer<typeof userViewSchema>;

export const listUsers = {
  id: 'listUsers',
  method: 'get',
  path: '/api/v1/users',
  tag: 'users',
  summary: 'Users in the order of their names',
  access: 'admin',
  query: z.object({
    search: z.string().min(1).max(64).optional().meta({ description: 'Part of the name' }),
    role: roleName.optional(),
    limit: z.coerce.number().int().min(1).max(USERS_PER_PAGE_MAX).default(50),
    after: z.string().max(64).optional().meta({ description: 'The name that the page before ended with' }),
  }),
  data: z.object({ users: z.array(userViewSchema), next: z.string().optional() }),
} as const satisfies Endpoint;

export const createUser = {
  id: 'createUser',
  method: 'post',
  path: '/api/v1/users',
  tag: 'users',
  summary: 'Makes a user with a role',
  access: 'admin',
  body: z.object({ username, password: newPassword, role: roleName.default('user'), email: email.optional() }).strict(),
  data: userViewSchema,
  status: 201,
} as const satisfies Endpoint;

const onUser = { method: 'post', tag: 'users', access: 'admin', params: idParams, data: changedAnswer } as const;

export const setUserRole = {
  ...onUser,
  id: 'setUserRole',
  path: '/api/v1/users/{id}/role',
  summary: 'Gives a user another role; tokens of the former one are refused, sessions go on',
  body: z.object({ role: roleName }).strict(),
} as const satisfies Endpoint;

export const disableUser = {
  ...onUser,
  id: 'disableUser',
  path: '/api/v1/users/{id}/disable',
  summary: 'Keeps a user out: sessions end, tokens and keys are refused until the user is enabled again',
} as const satisfies Endpoint;

export const enableUser = {
  ...onUser,
  id: 'enableUser',
  path: '/api/v1/users/{id}/enable',
  summary: 'Lets a disabled user in again',
} as const satisfies Endpoint;

export const resetUserTotp = {
  ...onUser,
  id: 'resetUserTotp',
  path: '/api/v1/users/{id}/totp/reset',
  summary: 'Takes the second factor away from a user who has lost it, and ends the sessions',
} as const satisfies Endpoint;

export const deleteUser = {
  ...onUser,
  id: 'deleteUser',
  method: 'delete',
  path: '/api/v1/users/{id}',
  summary: 'Removes a user with name, password, address, phone number, keys and sessions; the audit trail keeps the id',
} as const satisfies Endpoint;
