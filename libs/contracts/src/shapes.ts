/** What passes between the fleet and its clients, as types alone: for those who load no schemas. */
export type { BarPayload, TickPayload, TradePayload } from './events/market.ts';
export type { Endpoint, TableShape } from './rest/endpoint.ts';
export type { Envelope, ErrorCode, ErrorEnvelope, FieldError } from './rest/envelope.ts';
export type * as marketApi from './rest/market/index.ts';
export type { BarView } from './rest/market/index.ts';
export type * as authApi from './rest/v1/auth.ts';
export type { Encoding, RefreshReply } from './socket/handshake.ts';
export type {
  BoardPayload,
  DeltaPayload,
  DepthPayload,
  GapPayload,
  HeartbeatPayload,
  MoversPayload,
  ServerMessage,
  SystemPayload,
  UserPayload,
} from './socket/messages.ts';
export type {
  Mode,
  Position,
  RoomRefusal,
  RoomRequest,
  RoomResult,
  SubscribeReply,
  UnsubscribeRequest,
} from './socket/subscribe.ts';
