import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';

/** Inside the fleet only: a notice to everybody who subscribes to the room `system`, on every node. */
export const broadcastNotice = {
  id: 'broadcastNotice',
  method: 'post',
  path: '/internal/realtime/notices',
  tag: 'internal',
  summary: 'Sends a notice to the room `system`',
  access: 'public',
  body: z.object({ message: z.string().min(1).max(500) }).strict(),
  data: z.object({ sent: z.literal(true) }),
  status: 202,
} as const satisfies Endpoint;
