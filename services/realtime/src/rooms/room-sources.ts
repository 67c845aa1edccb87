import type { ServerMessage } from '@quotefleet/contracts';
import type { RoomListener } from './room-hub.ts';
import { type FeedRoom, type Room, RoomError } from './room-name.ts';
import type { RoomSource } from './room-source.ts';

type SourceKey = Exclude<Room['kind'], 'feed'>;

/** Which source knows which room. */
export class RoomSources implements RoomListener {
  readonly #sources: Readonly<Partial<Record<SourceKey, RoomSource>>>;

  constructor(sources: Readonly<Partial<Record<SourceKey, RoomSource>>>) {
    this.#sources = sources;
  }

  of(room: Exclude<Room, FeedRoom>): RoomSource {
    const source = this.#sources[room.kind];
    if (!source) throw new RoomError('INVALID_ROOM', `rooms as ${room.name} are not sent here`);
    return source;
  }

  opened(room: Room): void {
    if (room.kind !== 'feed') this.of(room).opened?.(room);
  }

  dropped(room: Room): void {
    if (room.kind !== 'feed') this.of(room).dropped?.(room);
  }

  /** The newest of every room that a feed stands for. */
  snapshotsOf(feed: FeedRoom): Iterable<ServerMessage> {
    return this.#sources[feed.of]?.snapshots?.(feed) ?? [];
  }
}
