import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';

const params = z.object({
  client: z
    .string()
    .regex(/^[\w.:-]{1,128}$/, 'expected the id of a user or of an API key, or an address')
    .meta({ description: "A user's or API key's id, or the address of anonymous calls" }),
});

const bucketSchema = z.object({
  bucket: z.string().meta({ description: '`user`, `key`, `address`, `credentials`, or `route:` and an endpoint' }),
  capacity: z.number(),
  refillPerSecond: z.number(),
  remaining: z.int().meta({ description: 'Whole tokens left' }),
  resetMs: z.int().meta({ description: 'Time until it is full' }),
});

export const getLimits = {
  id: 'getLimits',
  method: 'get',
  path: '/admin/limits/{client}',
  tag: 'operations',
  summary: 'The rate-limit buckets of a client that are not full',
  access: 'admin',
  params,
  data: z.object({ client: z.string(), buckets: z.array(bucketSchema) }),
} as const satisfies Endpoint;

export const resetLimits = {
  id: 'resetLimits',
  method: 'delete',
  path: '/admin/limits/{client}',
  tag: 'operations',
  summary: 'Fills the rate-limit buckets of a client',
  access: 'admin',
  params,
  data: z.object({ client: z.string(), reset: z.int().meta({ description: 'Buckets that were not full' }) }),
} as const satisfies Endpoint;
