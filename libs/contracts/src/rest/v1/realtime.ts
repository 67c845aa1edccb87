import { z } from 'zod';
import { ENCODINGS } from '../../socket/handshake.ts';
import { systemPayloadSchema, userPayloadSchema } from '../../socket/messages.ts';
import type { Endpoint } from '../endpoint.ts';

const TAG = 'realtime';
const moment = (what: string) => z.string().meta({ description: `${what}, ISO 8601 with +08:00` });
const notice = z.strictObject({ message: systemPayloadSchema.shape.message.min(1) });

/** Inside the fleet only: a notice to everybody who subscribes to the room `system`, on every node. */
export const broadcastNotice = {
  id: 'broadcastNotice',
  method: 'post',
  path: '/internal/realtime/notices',
  tag: 'internal',
  summary: 'Sends a notice to the room `system`',
  access: 'public',
  body: notice,
  data: z.object({ sent: z.literal(true) }),
  status: 202,
} as const satisfies Endpoint;

/** Inside the fleet only: a message to the connections of one user that subscribed to the room `user`, on every node. */
export const sendToUser = {
  id: 'sendToUser',
  method: 'post',
  path: '/internal/realtime/users/{subject}/messages',
  tag: 'internal',
  summary: 'Sends a message to one user, at most once: who is not connected at the moment does not get it',
  access: 'public',
  params: z.object({ subject: z.string().min(1).max(128) }),
  body: userPayloadSchema.strict(),
  data: z.object({ sent: z.literal(true) }),
  status: 202,
} as const satisfies Endpoint;

const nodeName = z.string().meta({ description: 'Name of a realtime node, new at each of its starts' });

/** What could not be asked: an answer without it would look whole. */
const missing = z
  .array(z.object({ node: nodeName, host: z.string(), lastHeardAt: moment('When it was last heard of') }))
  .meta({ description: 'Nodes that did not answer in time: what they have is not in the answer' });

const nodeSchema = z.object({
  node: nodeName,
  host: z.string(),
  startedAt: moment('When it started'),
  connections: z.int(),
  users: z.int().meta({ description: 'Users that have a connection' }),
  rooms: z.int().meta({ description: 'Rooms that somebody is in' }),
  subscriptions: z.int().meta({ description: 'Members of all rooms together' }),
  queuedBytes: z.int().meta({ description: 'What waits for clients that do not read' }),
  behind: z.int().meta({ description: 'Connections that do not keep up at the moment' }),
  lagMs: z.int().meta({ description: 'From the making of an event to the sending of its frame lately' }),
});
export type RealtimeNode = z.infer<typeof nodeSchema>;

export const getRealtimeStats = {
  id: 'getRealtimeStats',
  method: 'get',
  path: '/api/v1/realtime/stats',
  tag: TAG,
  summary: 'Connections, rooms and queues of every realtime node',
  access: 'admin',
  data: z.object({
    nodes: z.array(nodeSchema),
    total: nodeSchema
      .pick({ connections: true, subscriptions: true, queuedBytes: true, behind: true })
      .meta({ description: 'Of the nodes that answered' }),
    missing,
  }),
} as const satisfies Endpoint;

const roomSchema = z.object({
  room: z.string(),
  members: z.int().meta({ description: 'Connections, on all nodes together' }),
  nodes: z.int().meta({ description: 'Nodes that have the room' }),
  createdAt: moment('When the first came into it'),
  messages: z.int().meta({ description: 'Updates that came for it since then, at the node with the most' }),
  lastMessageAt: moment('When the last of them came').optional(),
  idleSince: moment('Since when nobody is in it; it is kept warm for a minute').optional(),
});
export type RealtimeRoom = z.infer<typeof roomSchema>;

export const ROOM_ORDERS = ['members', 'messages', 'name'] as const;
export const ROOMS_PAGE_MAX = 1000;

export const listRealtimeRooms = {
  id: 'listRealtimeRooms',
  method: 'get',
  path: '/api/v1/realtime/rooms',
  tag: TAG,
  summary: 'Rooms that clients are in, with what came for them',
  access: 'admin',
  query: z.object({
    sort: z.enum(ROOM_ORDERS).default('members').meta({ description: 'By name upwards, by figures downwards' }),
    prefix: z.string().min(1).max(64).optional().meta({ description: 'How the names begin', example: 'bar:' }),
    limit: z.coerce.number().int().min(1).max(ROOMS_PAGE_MAX).default(100),
    offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  }),
  data: z.object({ rooms: z.array(roomSchema), total: z.int(), missing }),
} as const satisfies Endpoint;

const connectionParams = z.object({
  id: z.string().regex(/^[\w-]{1,64}$/, 'expected the id of a connection, as Socket.IO clients have it in socket.id'),
});

const connectionSchema = z.object({
  id: z.string(),
  node: nodeName,
  subject: z.string(),
  client: z.string(),
  role: z.string(),
  address: z.string().meta({ description: 'Of the client' }),
  transport: z.string(),
  encoding: z.enum(ENCODINGS),
  connectedAt: moment('When it signed in'),
  expiresAt: moment('When its credentials expire').optional(),
  rooms: z.array(z.string()),
  queuedBytes: z.int(),
  oldestMs: z.int().meta({ description: 'Age of the oldest that waits for it' }),
});
export type RealtimeConnection = z.infer<typeof connectionSchema>;

export const getRealtimeConnection = {
  id: 'getRealtimeConnection',
  method: 'get',
  path: '/api/v1/realtime/connections/{id}',
  tag: TAG,
  summary: 'One connection: whose it is, its rooms, and how far behind',
  access: 'admin',
  params: connectionParams,
  data: connectionSchema,
} as const satisfies Endpoint;

export const endRealtimeConnection = {
  id: 'endRealtimeConnection',
  method: 'delete',
  path: '/api/v1/realtime/connections/{id}',
  tag: TAG,
  summary: 'Ends a connection; it is told KICKED first',
  access: 'admin',
  params: connectionParams,
  data: z.object({ id: z.string(), node: nodeName, ended: z.literal(true) }),
} as const satisfies Endpoint;

export const broadcastSystem = {
  id: 'broadcastSystem',
  method: 'post',
  path: '/api/v1/realtime/broadcast',
  tag: TAG,
  summary: 'Sends a notice to everybody in the room `system`, on every node',
  access: 'admin',
  body: notice,
  data: z.object({ nodes: z.array(nodeName).meta({ description: 'Nodes that passed it on' }), missing }),
  status: 202,
} as const satisfies Endpoint;

/** What the gateway serves of these, all for admins. */
export const REALTIME_ENDPOINTS: readonly Endpoint[] = [
  getRealtimeStats,
  listRealtimeRooms,
  getRealtimeConnection,
  endRealtimeConnection,
  broadcastSystem,
];
