import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { changedAnswer, idParams, overlapHours, revokedAnswer, scope } from './auth-common.ts';

const keyName = z.string().min(1).max(64);
const apiKeyViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(scope),
  signing: z.boolean().meta({ description: 'Whether it has a secret to sign requests with' }),
  createdAt: z.string(),
  expiresAt: z.string().optional(),
  lastUsedAt: z.string().optional(),
});
const shownOnce = {
  key: z.string().meta({ description: 'Shown this once' }),
  signingSecret: z.string().optional().meta({ description: 'Shown this once, where it was asked for' }),
};

export const createApiKey = {
  id: 'createApiKey',
  method: 'post',
  path: '/api/v1/api-keys',
  tag: 'auth',
  summary: 'Issues an API key; the key itself is shown this once',
  access: 'read',
  body: z
    .object({
      name: keyName,
      scopes: z.array(scope).min(1).default(['read']),
      expiresInDays: z.int().min(1).max(3650).optional(),
      signing: z.boolean().default(false).meta({ description: 'Gives a secret to sign requests with as well' }),
    })
    .strict(),
  data: apiKeyViewSchema.extend(shownOnce),
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

export const renameApiKey = {
  id: 'renameApiKey',
  method: 'post',
  path: '/api/v1/api-keys/{id}/rename',
  tag: 'auth',
  summary: 'Gives an API key another name',
  access: 'read',
  params: idParams,
  body: z.object({ name: keyName }).strict(),
  data: changedAnswer,
} as const satisfies Endpoint;

export const rotateApiKey = {
  id: 'rotateApiKey',
  method: 'post',
  path: '/api/v1/api-keys/{id}/rotate',
  tag: 'auth',
  summary: 'Issues a successor with the same name, scopes and expiry; the former key goes on for a while',
  access: 'read',
  params: idParams,
  body: z.object({ overlapHours }).strict(),
  data: apiKeyViewSchema.extend(shownOnce),
  status: 201,
} as const satisfies Endpoint;

export const revokeApiKey = {
  id: 'revokeApiKey',
  method: 'delete',
  path: '/api/v1/api-keys/{id}',
  tag: 'auth',
  summary: 'Revokes an API key',
  access: 'read',
  params: idParams,
  data: revokedAnswer,
} as const satisfies Endpoint;
