import { z } from 'zod';
import { tickSchema } from '../events/market.ts';
import { epochMs } from '../primitives.ts';

/** The namespace clients connect to, on the gateway's URL and Socket.IO's default path. */
export const MARKET_NAMESPACE = '/market';

/** Rooms one connection may hold at once, and one subscribe call may name. */
export const ROOMS_PER_CONNECTION_MAX = 500;

/** `kind:symbol[:period]` such as `tick:600519.SH`, `bar:600519.SH:1m`, `index:000300.SH`, or `system`. */
export const subscribeRequestSchema = z.object({
  rooms: z.array(z.string().min(1).max(64)).min(1).max(ROOMS_PER_CONNECTION_MAX),
});
export type SubscribeRequest = z.infer<typeof subscribeRequestSchema>;

/** One message to a client. `seq` is the sequence of the room's data, `prevSeq` the one last sent to this client. */
export const serverMessageSchema = z.object({
  type: z.enum(['tick', 'bar', 'index', 'depth', 'system', 'gap']),
  room: z.string(),
  payload: z.unknown(),
  traceId: z.string(),
  epoch: z.string().optional(),
  seq: z.int(),
  prevSeq: z.int().optional(),
  ts: epochMs,
});
export type ServerMessage = z.infer<typeof serverMessageSchema>;

/** Payload of `depth`: the book of a tick; the payload of `tick` and `index` is the tick, that of `bar` the bar. */
export const depthSchema = tickSchema.pick({
  symbol: true,
  ts: true,
  seq: true,
  epoch: true,
  bidPrices: true,
  bidVolumes: true,
  askPrices: true,
  askVolumes: true,
});
export type DepthPayload = z.infer<typeof depthSchema>;

/**
 * Payload of `gap`: this node has nothing of the room from `from` to `to` (sequences, both included), which lie between
 * what the client has and what comes next. What was stored of them can be read by REST.
 */
export const gapPayloadSchema = z.object({ from: z.int(), to: z.int(), reason: z.enum(['not-received']) });
export type GapPayload = z.infer<typeof gapPayloadSchema>;

/**
 * Payload of `system`. All but NOTICE concern one connection, come without a subscription to `system`,
 * and are followed by the end of the connection.
 */
export const systemPayloadSchema = z.object({
  code: z.enum(['NOTICE', 'SLOW_CONSUMER', 'TOO_MANY_CALLS', 'REVOKED', 'SERVER_STOPPING']),
  message: z.string().max(500),
  /** When to connect again, where the server knows. */
  retryAfterMs: z.int().min(0).optional(),
});
export type SystemPayload = z.infer<typeof systemPayloadSchema>;

/** The answer to one room of a subscribe or unsubscribe call. */
export const roomResultSchema = z.object({
  /** The room as the client named it. */
  requested: z.string(),
  /** The canonical room, where it was understood. */
  room: z.string().optional(),
  accepted: z.boolean(),
  /** Why not, where it was refused. */
  reason: z.string().optional(),
  /** The last known message of the room. */
  snapshot: serverMessageSchema.optional(),
});
export type RoomResult = z.infer<typeof roomResultSchema>;

/** The acknowledgement of a subscribe or unsubscribe call: a result per named room, in order. */
export const subscribeReplySchema = z.object({
  results: z.array(roomResultSchema),
  /** Why the call as a whole was not understood; `results` is empty then. */
  error: z.object({ code: z.literal('INVALID_ARGUMENT'), message: z.string() }).optional(),
});
export type SubscribeReply = z.infer<typeof subscribeReplySchema>;

/** Events on the wire. */
export const SOCKET_EVENTS = {
  /** client -> server, acknowledged with a SubscribeReply */
  subscribe: 'subscribe',
  /** client -> server, acknowledged with a SubscribeReply */
  unsubscribe: 'unsubscribe',
  /** server -> client: an array of ServerMessage, one frame per flush */
  messages: 'messages',
} as const;
