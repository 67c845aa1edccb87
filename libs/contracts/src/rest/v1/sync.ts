import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';

export const syncStatus = {
  id: 'syncStatus',
  method: 'get',
  path: '/api/v1/sync/status',
  tag: 'operations',
  summary: 'The outbox relay: what waits, what failed, how far behind it is',
  access: 'admin',
  data: z.object({
    pending: z.int(),
    failed: z.int(),
    published: z.int().meta({ description: 'Since the relay started' }),
    lagMs: z.int().meta({ description: 'Age of the oldest waiting event' }),
  }),
} as const satisfies Endpoint;
