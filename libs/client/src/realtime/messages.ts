import type {
  BarPayload,
  BoardPayload,
  DeltaPayload,
  DepthPayload,
  GapPayload,
  MoversPayload,
  ServerMessage,
  SystemPayload,
  TickPayload,
  TradePayload,
  UserPayload,
} from '@quotefleet/contracts/shapes';

/**
 * How a message came: as the newest that there was when the room was subscribed to; as it happened; after a
 * reconnection, out of what the fleet keeps for that; or by REST, out of what is stored.
 */
export type Origin = 'snapshot' | 'live' | 'resumed' | 'repaired';

interface RoomMessage<Type extends ServerMessage['type'], Payload> extends Omit<ServerMessage, 'type' | 'payload'> {
  type: Type;
  payload: Payload;
  origin: Origin;
}

export type TickMessage = RoomMessage<'tick', TickPayload>;
export type IndexMessage = RoomMessage<'index', TickPayload>;
export type TradeMessage = RoomMessage<'trade', TradePayload>;
/** A state of a bar: `final` once it does not change any more. A repaired one carries the gap's last sequence. */
export type BarMessage = RoomMessage<'bar', BarPayload>;
export type DepthMessage = RoomMessage<'depth', DepthPayload>;
export type DeltaMessage = RoomMessage<'delta', DeltaPayload>;
export type BoardMessage = RoomMessage<'board', BoardPayload>;
export type MoversMessage = RoomMessage<'movers', MoversPayload>;
export type UserMessage = RoomMessage<'user', UserPayload>;
export type SystemMessage = RoomMessage<'system', SystemPayload>;
/**
 * What this client does not get of a room: the sequences `from` to `to`, both included; both are absent where the
 * sequence was started anew meanwhile, or nobody can tell.
 */
export type GapMessage = RoomMessage<'gap', GapPayload>;

/** What a subscription gives, by the kind of its room. */
export type DataMessage =
  | TickMessage
  | IndexMessage
  | TradeMessage
  | BarMessage
  | DepthMessage
  | DeltaMessage
  | BoardMessage
  | MoversMessage
  | UserMessage
  | SystemMessage;
export type AnyMessage = DataMessage | GapMessage;

/** The messages of a room, as far as its name tells. */
export type DataOfRoom<Room extends string> = Room extends `tick:${string}`
  ? TickMessage
  : Room extends `index:${string}`
    ? IndexMessage
    : Room extends `trade:${string}`
      ? TradeMessage
      : Room extends `bar:${string}`
        ? BarMessage
        : Room extends `depth:${string}`
          ? DepthMessage | DeltaMessage
          : Room extends `board:${string}`
            ? BoardMessage
            : Room extends 'market:movers'
              ? MoversMessage
              : Room extends 'user'
                ? UserMessage
                : Room extends 'system'
                  ? SystemMessage
                  : DataMessage;

/** A message as a consumer gets it. */
export function withOrigin(message: ServerMessage, origin: Origin): AnyMessage {
  // What the fleet sends has the payload that the contract gives its type.
  return { ...message, origin } as AnyMessage;
}

/** `tick:*` for `tick:600519.SH`, `bar:*:1m` for `bar:600519.SH:1m`: the room that has it among others. */
export function wildcardOf(room: string): string | undefined {
  const [kind, , period] = room.split(':');
  switch (kind) {
    case 'bar':
      return `bar:*:${period}`;
    case 'tick':
    case 'trade':
    case 'depth':
    case 'index':
      return `${kind}:*`;
    default:
      return undefined;
  }
}

export function isWildcard(room: string): boolean {
  return room.split(':')[1] === '*';
}
