import { z } from 'zod';
import { tickSchema } from '../events/market.ts';
import { canonicalSymbol, epochMs, price, shares, yuan } from '../primitives.ts';

export const MESSAGE_TYPES = [
  'tick',
  'trade',
  'bar',
  'index',
  'depth',
  'delta',
  'board',
  'movers',
  'user',
  'system',
  'gap',
  'heartbeat',
] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/**
 * One message to a client. `seq` is the sequence of the room's data, `prevSeq` that of the message sent to this client
 * before it, both in `epoch`: a client that is at `n` lacks something where `prevSeq` is above `n`, and knows a message
 * already where `seq` is not above `n` (bars excepted: several states of a bar may carry one `seq`). Without `prevSeq`
 * the message stands for itself: the first of an epoch, or a snapshot.
 */
export const serverMessageSchema = z.object({
  type: z.enum(MESSAGE_TYPES),
  room: z.string(),
  payload: z.unknown(),
  traceId: z.string(),
  epoch: z.string().optional(),
  seq: z.int(),
  prevSeq: z.int().optional(),
  ts: epochMs,
});
export type ServerMessage = z.infer<typeof serverMessageSchema>;

/** Payload of `depth`: the whole book of a tick; the payload of `tick` and `index` is the tick, that of `bar` the bar. */
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

const levels = z.array(z.tuple([price, shares]));

/**
 * Payload of `delta`: the levels of a book that changed since `prevSeq`, as `[price, shares]`; 0 shares take a level
 * out. Sent in rooms `depth:` of mode `raw`, always upon the book of `prevSeq` exactly.
 */
export const deltaSchema = z.object({
  symbol: canonicalSymbol,
  ts: epochMs,
  seq: z.int().min(0),
  epoch: z.string(),
  bids: levels,
  asks: levels,
});
export type DeltaPayload = z.infer<typeof deltaSchema>;

const rankedSchema = z.object({
  symbol: canonicalSymbol,
  last: price,
  /** Of the previous close, in percent. */
  changePercent: z.number(),
  volume: shares,
  amount: yuan,
});
export type RankedQuote = z.infer<typeof rankedSchema>;

/** Payload of `board`: what the members of a board do together; counts are of members that traded today. */
export const boardSchema = z.object({
  /** As in the room's name: `star`, `industry/CODE`, `concept/CODE` ... */
  board: z.string(),
  ts: epochMs,
  members: z.int(),
  advancers: z.int(),
  decliners: z.int(),
  unchanged: z.int(),
  limitUp: z.int(),
  limitDown: z.int(),
  /** Mean of the members' changes, each counted alike, in percent. */
  changePercent: z.number(),
  volume: shares,
  amount: yuan,
  leaders: z.array(rankedSchema).max(10),
  laggards: z.array(rankedSchema).max(10),
});
export type BoardPayload = z.infer<typeof boardSchema>;

/** Payload of `movers`: the first twenty stocks of the market, by change up and down, by turnover and by volume. */
export const moversSchema = z.object({
  ts: epochMs,
  gainers: z.array(rankedSchema).max(20),
  losers: z.array(rankedSchema).max(20),
  byAmount: z.array(rankedSchema).max(20),
  byVolume: z.array(rankedSchema).max(20),
});
export type MoversPayload = z.infer<typeof moversSchema>;

/** Payload of `user`: what a service of the fleet has to say to one user. */
export const userPayloadSchema = z.object({
  /** Of the sending service's choice: `alert`, `job.done` ... */
  kind: z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/, 'expected lower case letters, digits, dots and dashes'),
  data: z.record(z.string(), z.unknown()),
});
export type UserPayload = z.infer<typeof userPayloadSchema>;

/**
 * Payload of `gap`: messages of the room that this connection does not get, from sequence `from` to `to`, both included.
 * `not-received`: this node never had them; `overflow`: the client was too slow for them; `retention`: they are no longer
 * kept for resuming; `epoch`: the sequence was started anew, so that nobody can tell how many (`from` and `to` are absent).
 * What was stored of them can be read by REST.
 */
export const gapPayloadSchema = z.object({
  from: z.int().optional(),
  to: z.int().optional(),
  reason: z.enum(['not-received', 'overflow', 'retention', 'epoch']),
});
export type GapPayload = z.infer<typeof gapPayloadSchema>;
export type GapReason = GapPayload['reason'];

/** Payload of `heartbeat`, every 15 s: how far behind this connection is. */
export const heartbeatSchema = z.object({
  /** What waits for this connection, bytes. */
  queuedBytes: z.int(),
  /** Age of the oldest that waits, ms. */
  oldestMs: z.int(),
  /** From the making of an event to the sending of its frame at this node lately, ms. */
  lagMs: z.int(),
});
export type HeartbeatPayload = z.infer<typeof heartbeatSchema>;

/**
 * Payload of `system`. NOTICE goes to the room `system`. The others concern one connection, come without a subscription
 * with `seq` 0, and are followed by its end, except TOKEN_EXPIRING.
 */
export const SYSTEM_CODES = [
  'NOTICE',
  'TOKEN_EXPIRING',
  'TOKEN_EXPIRED',
  'SLOW_CONSUMER',
  'TOO_MANY_CALLS',
  'REVOKED',
  'KICKED',
  'SERVER_STOPPING',
] as const;
export const systemPayloadSchema = z.object({
  code: z.enum(SYSTEM_CODES),
  message: z.string().max(500),
  /** When to connect again, where the server knows. */
  retryAfterMs: z.int().min(0).optional(),
});
export type SystemPayload = z.infer<typeof systemPayloadSchema>;
