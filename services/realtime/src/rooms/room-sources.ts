import type { ServerMessage } from '@quotefleet/contracts';
import type { DelayLines } from '../delay/delay-lines.ts';
import type { RoomListener } from './room-hub.ts';
import { type FeedRoom, type Room, RoomError } from './room-name.ts';
import type { RoomSource } from './room-source.ts';

type SourceKind = Exclude<Room['kind'], 'feed'>;
type LiveSources = Readonly<Partial<Record<SourceKind, RoomSource>>>;

/** Which source knows which room, live or as late as it is wanted. */
export class RoomSources implements RoomListener {
  readonly #live: LiveSources;
  readonly #delay: DelayLines;

  constructor(live: LiveSources, delay: DelayLines) {
    this.#live = live;
    this.#delay = delay;
  }

  of({ kind, name }: { kind: SourceKind; name: string }, delaySeconds: number): RoomSource {
    const live = this.#live[kind];
    if (!live) throw new RoomError('INVALID_ROOM', `rooms as ${name} are not sent here`);
    return delaySeconds === 0 ? live : this.#delay.source(live, delaySeconds);
  }

  /** The newest of every room that a feed stands for. */
  snapshotsOf(feed: FeedRoom, delaySeconds: number): Iterable<ServerMessage> {
    return this.of({ kind: feed.of, name: feed.name }, delaySeconds).snapshots?.(feed) ?? [];
  }

  opened(room: Room): void {
    if (room.kind !== 'feed') this.#live[room.kind]?.opened?.(room);
  }

  dropped(room: Room): void {
    if (room.kind !== 'feed') this.#live[room.kind]?.dropped?.(room);
  }
}
