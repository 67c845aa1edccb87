import { z } from 'zod';
import { epochMs } from '../primitives.ts';
import { gapPayloadSchema, serverMessageSchema } from './messages.ts';
import { MAX_HZ, MODES, ROOM_NAME_MAX, ROOMS_PER_CALL_MAX } from './protocol.ts';

export type Mode = (typeof MODES)[number];

const roomName = z
  .string()
  .min(1)
  .max(ROOM_NAME_MAX)
  .meta({ examples: ['tick:600519.SH', 'bar:600519.SH:1m', 'tick:*'] });

/** Where a client is in a room. */
export const positionSchema = z.object({ epoch: z.string().min(1).max(64), seq: z.int().min(0) }).strict();
export type Position = z.infer<typeof positionSchema>;

export const roomRequestSchema = z
  .object({
    room: roomName,
    mode: z.enum(MODES).optional().meta({ description: 'raw where absent, merge where the role has no raw' }),
    maxHz: z
      .number()
      .min(MAX_HZ.least)
      .max(MAX_HZ.most)
      .optional()
      .meta({ description: 'With merge: updates a second at most; as often as the node flushes where absent' }),
    resume: positionSchema.optional().meta({ description: 'The last message this client had of the room' }),
    since: epochMs.optional().meta({
      description:
        'Of a feed: the newest `ts` that this client had. What was made since, and shortly before, comes as messages in ' +
        'place of the snapshots; each room of it goes on in its chain',
    }),
  })
  .strict();
export type RoomRequest = z.infer<typeof roomRequestSchema>;

export const subscribeRequestSchema = z.object({
  rooms: z
    .array(z.union([roomName, roomRequestSchema]))
    .min(1)
    .max(ROOMS_PER_CALL_MAX),
});
export type SubscribeRequest = z.infer<typeof subscribeRequestSchema>;

export const unsubscribeRequestSchema = z.object({ rooms: z.array(roomName).min(1).max(ROOMS_PER_CALL_MAX) });
export type UnsubscribeRequest = z.infer<typeof unsubscribeRequestSchema>;

/** Why a room was refused. */
export const ROOM_REFUSALS = [
  'INVALID_ROOM',
  'NOT_FOUND',
  'FORBIDDEN',
  'TOO_MANY_ROOMS',
  'COVERED',
  'UNAVAILABLE',
  'NOT_SUBSCRIBED',
] as const;
export type RoomRefusal = (typeof ROOM_REFUSALS)[number];

/** The answer to one room of a subscribe call. */
export const roomResultSchema = z.object({
  /** The room as the client named it. */
  requested: z.string(),
  /** The canonical room, where it was understood. */
  room: z.string().optional(),
  accepted: z.boolean(),
  code: z.enum(ROOM_REFUSALS).optional(),
  /** Why not, where it was refused. */
  reason: z.string().optional(),
  mode: z.enum(MODES).optional(),
  /** What `maxHz` came to, where the room is merged less often than the node flushes. */
  maxHz: z.number().optional(),
  /** Data of the room comes that much later than it was made: a right of the role. */
  delaySeconds: z.int().optional(),
  /** Where `resume` or `since` was asked for: whether `missed`, or what follows, is all that lies between then and now. */
  recovered: z.boolean().optional(),
  /** In order, after the position given; absent where not recovered. */
  missed: z.array(serverMessageSchema).optional(),
  /** Where not recovered: what lies between the position given and the snapshot. */
  gap: gapPayloadSchema.optional(),
  /** The last known message of the room. Absent where it was recovered, or nothing is known. What follows follows on it. */
  snapshot: serverMessageSchema.optional(),
});
export type RoomResult = z.infer<typeof roomResultSchema>;

const callError = z.object({ code: z.literal('INVALID_ARGUMENT'), message: z.string() });

/** The acknowledgement of subscribe and unsubscribe: a result per named room, in order. */
export const subscribeReplySchema = z.object({
  results: z.array(roomResultSchema),
  /** Why the call as a whole was not understood; `results` is empty then. */
  error: callError.optional(),
});
export type SubscribeReply = z.infer<typeof subscribeReplySchema>;
