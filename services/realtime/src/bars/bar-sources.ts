import type { BarPayload, Position, ServerMessage } from '@quotefleet/contracts';
import { isDerived } from '../derived-bars/bar-parts.ts';
import type { DerivedBars } from '../derived-bars/derived-bars.ts';
import type { Arrival } from '../rooms/market-state.ts';
import type { FeedRoom, Room } from '../rooms/room-name.ts';
import type { FeedPast, RoomSource, StoredUpdates } from '../rooms/room-source.ts';
import type { BarRooms } from './bar-rooms.ts';

/** Rooms of bars of every period: as the bus brings them, or made of those. */
export class BarSources implements RoomSource {
  readonly #heard: BarRooms;
  readonly #derived: DerivedBars;

  constructor(heard: BarRooms, derived: DerivedBars) {
    this.#heard = heard;
    this.#derived = derived;
  }

  /** Takes a bar off the bus. */
  accept(event: Arrival<BarPayload>): void {
    const step = this.#heard.accept(event);
    if (step) this.#derived.accept(event, step);
  }

  require(room: Room): Promise<void> {
    return this.#of(room).require(room);
  }

  prepare(room: Room): Promise<void> {
    return this.#of(room).prepare(room);
  }

  snapshot(room: Room): ServerMessage | undefined {
    return this.#of(room).snapshot(room);
  }

  snapshots(feed: FeedRoom): Iterable<ServerMessage> {
    return this.#heard.snapshots(feed);
  }

  feedFrom(feed: FeedRoom, ts: number): FeedPast {
    return this.#heard.feedFrom(feed, ts);
  }

  since(room: Room, position: Position): ServerMessage[] | undefined {
    return this.#of(room).since(room, position);
  }

  /** Storage has bars of every period. */
  stored(room: Room, after: number, until: number): Promise<StoredUpdates> {
    return this.#heard.stored(room, after, until);
  }

  opened(room: Room): void {
    if (this.#of(room) === this.#derived) this.#derived.opened(room);
  }

  dropped(room: Room): void {
    if (this.#of(room) === this.#derived) this.#derived.dropped(room);
  }

  #of(room: Room): BarRooms | DerivedBars {
    return room.kind === 'bar' && isDerived(room.period) ? this.#derived : this.#heard;
  }
}
