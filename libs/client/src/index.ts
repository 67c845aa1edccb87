export { type ClientErrorCode, QuotefleetError } from './client-error.ts';
export { type ClientOptions, createClient, type QuotefleetClient, type RealtimeOptions } from './create-client.ts';
export type { AccessToken, Credentials, TicketProvider, TokenProvider, TokenReason } from './credentials.ts';
export type { ReconnectOptions } from './realtime/backoff.ts';
export type { ConnectionState } from './realtime/connection.ts';
export type { BookOptions, LiveBook } from './realtime/live-book.ts';
export type {
  AnyMessage,
  BarMessage,
  BoardMessage,
  DataMessage,
  DataOfRoom,
  DeltaMessage,
  DepthMessage,
  GapMessage,
  IndexMessage,
  MoversMessage,
  Origin,
  SystemMessage,
  TickMessage,
  TradeMessage,
  UserMessage,
} from './realtime/messages.ts';
export type { BookLevel } from './realtime/order-book.ts';
export type { Lag, RealtimeClient, SubscribeResult } from './realtime/realtime-client.ts';
export type { SubscribeOptions, Subscription, Terms } from './realtime/subscription.ts';
export type { MarketCalls, Row } from './rest/market-calls.ts';
export type { RestClient } from './rest/rest-client.ts';
export type { RetryOptions } from './rest/retry.ts';
export type { Callable, CallOptions, DataOf, Route } from './rest/route.ts';
export { routes } from './rest/routes.ts';
