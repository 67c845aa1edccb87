import type { MessageType, Position, ServerMessage } from '@quotefleet/contracts';
import type { FeedRoom, Room } from './room-name.ts';

/** A new value of a room, on its way to everybody who is in it. */
export interface Update {
  room: Room;
  type: MessageType;
  payload: object;
  traceId: string;
  /** When its event was made, ms since epoch UTC. */
  ts: number;
  epoch: string;
  seq: number;
  /** Of the value before it in the same epoch; absent where there is none. */
  prevSeq: number | undefined;
  /** What members who want every message get instead: a change in place of the whole. */
  raw?: { type: MessageType; payload: object };
}

/** What storage has of a room between two moments, oldest first. */
export interface StoredUpdates {
  before: Update | undefined;
  between: Update[];
}

/** More than so many messages at once are no quicker way to the present than the snapshots. */
export const FEED_MESSAGES_MAX = 20_000;

/** What a feed had, or why that cannot be given: it is not all kept, or more than anybody is given. */
export type FeedPast = ServerMessage[] | 'retention' | 'overflow';

/** What knows the rooms of a kind: whether they exist, and what they sent last. */
export interface RoomSource {
  /** @throws RoomError where there is no such room, or that cannot be told now */
  require(room: Room): Promise<void>;
  /** Resolves once `snapshot` answers with the newest there is; also where none can be had. */
  prepare(room: Room): Promise<void>;
  /** The newest value, as who joins now is to start from. */
  snapshot(room: Room): ServerMessage | undefined;
  /** The newest of each room that a feed stands for. */
  snapshots?(feed: FeedRoom): Iterable<ServerMessage>;
  /** What all rooms of a feed had from a moment on, ms since the epoch. */
  feedFrom?(feed: FeedRoom, ts: number): FeedPast;
  /** All values after a position, oldest first, chained by `prevSeq`; undefined where they are not all kept. */
  since?(room: Room, position: Position): ServerMessage[] | undefined;
  /** What the room would have sent from after one moment to another, and the newest before: ms since the epoch. */
  stored?(room: Room, after: number, until: number): Promise<StoredUpdates>;
  /** The room has its first subscriber. */
  opened?(room: Room): void;
  /** The room had no subscriber for a minute: whatever it needs may go. */
  dropped?(room: Room): void;
}
