import type { ServerMessage } from '@quotefleet/contracts';
import type { DelayLines } from '../delay/delay-lines.ts';
import type { RoomListener } from './room-hub.ts';
import type { FeedRoom, Room } from './room-name.ts';
import type { FeedPast, RoomSource } from './room-source.ts';

type Kind = Exclude<Room['kind'], 'feed'>;
type LiveSources = Readonly<Record<Kind, RoomSource>>;
/** Which source knows which room, live or as late as it is wanted. */
export class RoomSources implements RoomListener {
  readonly #live: LiveSources;
  readonly #delay: DelayLines;

  constructor(live: LiveSources, delay: DelayLines) {
    this.#live = live;
    this.#delay = delay;
  }

  of({ kind }: { kind: Kind }, delaySeconds: number): RoomSource {
    const live = this.#live[kind];
    return delaySeconds === 0 ? live : this.#delay.source(live, delaySeconds);
  }

  /** The newest of every room that a feed stands for. */
  snapshotsOf(feed: FeedRoom, delaySeconds: number): Iterable<ServerMessage> {
    return this.of({ kind: feed.of }, delaySeconds).snapshots?.(feed) ?? [];
  }

  /** What all rooms of a feed had from a moment on. */
  feedFrom(feed: FeedRoom, delaySeconds: number, ts: number): FeedPast {
    return this.of({ kind: feed.of }, delaySeconds).feedFrom?.(feed, ts) ?? 'retention';
  }

  opened(room: Room): void {
    if (room.kind !== 'feed') this.#live[room.kind].opened?.(room);
  }

  dropped(room: Room): void {
    if (room.kind !== 'feed') this.#live[room.kind].dropped?.(room);
  }
}
