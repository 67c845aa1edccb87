export { type Block, toHtml } from './documents/blocks.ts';
export { errorGuide } from './documents/error-guide.ts';
export { migrationGuide } from './documents/migration-guide.ts';
export { socketGuide } from './documents/socket-guide.ts';
export { compileParser } from './events/compile-parser.ts';
export {
  AUDIT_IPS_MAX,
  type AuditPayload,
  type AuthRevokedPayload,
  auditEvent,
  auditSchema,
  authRevokedEvent,
  authRevokedSchema,
  type CacheInvalidatePayload,
  cacheInvalidateEvent,
  cacheInvalidateSchema,
  type PolicyChangedPayload,
  policyChangedEvent,
  policyChangedSchema,
} from './events/control.ts';
export { createEvent, type EventEnvelope, envelopeOf } from './events/envelope.ts';
export {
  type BarPayload,
  barEvent,
  barSchema,
  type InstrumentPayload,
  instrumentEvent,
  instrumentSchema,
  type TickPayload,
  type TradePayload,
  tickEvent,
  tickSchema,
  tradeEvent,
  tradeSchema,
} from './events/market.ts';
export { deadLetterTopic, TOPIC_PARTITIONS, TOPICS, type Topic } from './events/topics.ts';
export { canonicalSymbol, period } from './primitives.ts';
export { type Access, type Deprecation, type Endpoint, expressPath, type TableShape } from './rest/endpoint.ts';
export {
  type Envelope,
  ERROR_STATUS,
  type ErrorCode,
  type ErrorEnvelope,
  envelopeSchema,
  errorEnvelopeSchema,
  type FieldError,
  type Problem,
  problemSchema,
} from './rest/envelope.ts';
export { codeOfStatus, ERROR_MEANINGS, problemTypeOf } from './rest/errors.ts';
export type {
  BarPage,
  BarView,
  HistoricalQuery,
  ImportReport,
  IngestReport,
  IngestTick,
  InstrumentView,
  MacroIndicator,
  Quote,
} from './rest/market/index.ts';
export * as marketApi from './rest/market/index.ts';
export { openApiV1, openApiV2, V1_ENDPOINTS, V2_ENDPOINTS } from './rest/openapi.ts';
export { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, STREAM_LIMIT_MAX, type TableQuery } from './rest/table-schema.ts';
export type { FunctionRule, Policy, RoleDefinition, RowKind, RowRule, VersionedPolicy } from './rest/v1/access.ts';
export * as accessApi from './rest/v1/access.ts';
export type { UpstreamReport } from './rest/v1/admin.ts';
export * as adminApi from './rest/v1/admin.ts';
export * as auditApi from './rest/v1/audit.ts';
export type { Identity, Scope, Tokens } from './rest/v1/auth.ts';
export * as authApi from './rest/v1/auth.ts';
export * as csrfApi from './rest/v1/csrf.ts';
export type { DegradationLevel, DegradationReport } from './rest/v1/degradation.ts';
export * as degradationApi from './rest/v1/degradation.ts';
export { GATEWAY_ENDPOINTS } from './rest/v1/gateway.ts';
export * as limitsApi from './rest/v1/limits.ts';
export type { RealtimeConnection, RealtimeNode, RealtimeRoom } from './rest/v1/realtime.ts';
export * as realtimeApi from './rest/v1/realtime.ts';
export type { SigningSecret } from './rest/v1/signing.ts';
export * as signingApi from './rest/v1/signing.ts';
export * as syncApi from './rest/v1/sync.ts';
export { v2Endpoint, versionsOf } from './rest/versions.ts';
export { asyncApi } from './socket/asyncapi.ts';
export {
  ENCODINGS,
  type Encoding,
  type Handshake,
  handshakeSchema,
  type RefreshReply,
  refreshReplySchema,
  refreshRequestSchema,
} from './socket/handshake.ts';
export {
  type BoardPayload,
  boardSchema,
  type DeltaPayload,
  type DepthPayload,
  deltaSchema,
  depthSchema,
  type GapPayload,
  type GapReason,
  gapPayloadSchema,
  type HeartbeatPayload,
  heartbeatSchema,
  type MessageType,
  type MoversPayload,
  moversSchema,
  type RankedQuote,
  type ServerMessage,
  type SystemPayload,
  serverMessageSchema,
  systemPayloadSchema,
  type UserPayload,
  userPayloadSchema,
} from './socket/messages.ts';
export { MARKET_NAMESPACE, ROOMS_PER_CALL_MAX, SOCKET_EVENTS } from './socket/protocol.ts';
export {
  type Mode,
  type Position,
  type RoomRefusal,
  type RoomRequest,
  type RoomResult,
  roomResultSchema,
  type SubscribeReply,
  type SubscribeRequest,
  subscribeReplySchema,
  subscribeRequestSchema,
  type UnsubscribeRequest,
  unsubscribeRequestSchema,
} from './socket/subscribe.ts';
