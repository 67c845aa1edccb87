/** The namespace clients connect to, on the gateway's URL and Socket.IO's default path. */
export const MARKET_NAMESPACE = '/market';

/** Rooms that one subscribe call may name; how many a connection may hold is a right of its role. */
export const ROOMS_PER_CALL_MAX = 500;

/** Characters of a room's name. */
export const ROOM_NAME_MAX = 64;

/**
 * `raw`: every message in order. `merge`: the newest at most `maxHz` times a second; what came between is conflated.
 */
export const MODES = ['raw', 'merge'] as const;

/** What `maxHz` may be, updates a second. */
export const MAX_HZ = { least: 0.1, most: 50 } as const;

/** Events on the wire. */
export const SOCKET_EVENTS = {
  /** client -> server, acknowledged with a SubscribeReply */
  subscribe: 'subscribe',
  /** client -> server, acknowledged with an UnsubscribeReply */
  unsubscribe: 'unsubscribe',
  /** client -> server: another token before the present one expires; acknowledged with a RefreshReply */
  refresh: 'refresh',
  /** server -> client: an array of ServerMessage, one frame per flush; its MessagePack bytes where asked for */
  messages: 'messages',
} as const;
