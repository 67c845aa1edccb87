import type { ServerMessage } from '@quotefleet/contracts';
import type { RealtimeEvents } from '../events.ts';
import type { RoomHub } from '../rooms/room-hub.ts';
import { type FeedRoom, feedOf, parseRoom, type Room, RoomError } from '../rooms/room-name.ts';
import type { RoomSource, Update } from '../rooms/room-source.ts';
import { snapshotOf } from '../rooms/update-message.ts';
import { DelayedRoom } from './delayed-room.ts';

/** A room takes some 300 kB for a quarter of an hour of snapshots. */
const LATE_ROOMS_MAX = 2000;
/** As much as so many of them take: rooms of trades may take ten times that each. */
const LATE_UPDATES_MAX = 600_000;

export interface DelayLineContext {
  hub: RoomHub;
  events: RealtimeEvents;
  /** Ms of a clock that is never set: what is late stays as late. */
  now: () => number;
}

/** What live rooms sent, so many seconds ago: for roles that see the market late. */
export class DelayLine {
  readonly #context: DelayLineContext;
  readonly #delaySeconds: number;
  /** Rooms that somebody wants late, by name. */
  readonly #rooms = new Map<string, DelayedRoom>();
  readonly #feeds = new Set<string>();

  constructor(context: DelayLineContext, delaySeconds: number) {
    this.#context = context;
    this.#delaySeconds = delaySeconds;
  }

  /** Keeps an update that went to a live room, if somebody wants the room late. */
  push(update: Update): void {
    const feed = feedOf(update.room);
    const known = this.#rooms.get(update.room.name);
    if (!known && !(feed !== undefined && this.#feeds.has(feed))) return;
    const room = known ?? this.#add(update.room.name);
    room.push(update, this.#context.now() + this.#delaySeconds * 1000);
  }

  /** Sends what is old enough by now. */
  release(): void {
    const now = this.#context.now();
    for (const room of this.#rooms.values())
      for (const update of room.takeDue(now)) this.#context.hub.publish(update, this.#delaySeconds);
  }

  /** Keeps what a room is sent from now on, for somebody who is in it late. */
  include(name: string): void {
    if (!this.#rooms.has(name)) this.#add(name);
  }

  /** Nobody is in a room or a feed any more, neither live nor late. */
  forget(room: Room): void {
    if (room.kind !== 'feed') {
      if (!this.#feeds.has(feedOf(room) ?? '')) this.#rooms.delete(room.name);
      return;
    }
    this.#feeds.delete(room.name);
    for (const name of this.#rooms.keys())
      if (feedOf(parseRoom(name)) === room.name && !this.#context.hub.rooms.get(name)) this.#rooms.delete(name);
  }

  /** A source as those see it who see the market late. Resuming starts from what is old enough now. */
  source(live: RoomSource): RoomSource {
    return {
      require: (room) => live.require(room),
      prepare: (room) => this.#follow(room, live),
      snapshot: (room) => messageOf(this.#rooms.get(room.name)?.latest),
      snapshots: (feed) => this.#followFeed(feed),
    };
  }

  async #follow(room: Room, live: RoomSource): Promise<void> {
    const known = this.#rooms.get(room.name);
    if (!known) this.#requirePlace();
    this.#context.hub.rooms.warm(room);
    if (known) return known.primed;
    const delayed = this.#add(room.name);
    delayed.primed = this.#prime(delayed, room, live);
    await delayed.primed;
  }

  #requirePlace(): void {
    let updates = 0;
    for (const { size } of this.#rooms.values()) updates += size;
    if (this.#rooms.size < LATE_ROOMS_MAX && updates < LATE_UPDATES_MAX) return;
    const most = `${LATE_ROOMS_MAX} rooms, or ${LATE_UPDATES_MAX} updates`;
    throw new RoomError('UNAVAILABLE', `this node keeps ${most}, for those who see the market late, and no more`);
  }

  /** Gives a room what storage knows: what is late already, and what will be. */
  async #prime(delayed: DelayedRoom, room: Room, live: RoomSource): Promise<void> {
    const delayMs = this.#delaySeconds * 1000;
    const [now, nowMs] = [this.#context.now(), Date.now()];
    try {
      // The live room goes on from what storage has, so that what comes next is chained to it.
      await live.prepare(room);
      const { before, between } = (await live.stored?.(room, nowMs - delayMs, nowMs)) ?? {
        before: undefined,
        between: [],
      };
      // What storage is behind by is still in the memory of this node.
      const last = between.at(-1) ?? before;
      const rest = last ? (live.since?.(room, last) ?? []) : [];
      const updates = [...between, ...rest.map((message): Update => ({ ...message, ...lateOf(message, room) }))];
      delayed.prepend(
        updates.map((update) => ({ update, dueAt: now + Math.max(0, update.ts + delayMs - nowMs) })),
        before,
      );
    } catch (error) {
      this.#context.events.snapshotMissed(room.name, error);
    }
  }

  #followFeed(feed: FeedRoom): ServerMessage[] {
    this.#feeds.add(feed.name);
    const known = [...this.#rooms.values()].flatMap(({ latest }) => (latest ? [latest] : []));
    return known.filter(({ room }) => feedOf(room) === feed.name).map(snapshotOf);
  }

  #add(name: string): DelayedRoom {
    const room = new DelayedRoom();
    this.#rooms.set(name, room);
    return room;
  }
}

function messageOf(update: Update | undefined): ServerMessage | undefined {
  return update && snapshotOf(update);
}

function lateOf({ epoch, prevSeq, payload }: ServerMessage, room: Room) {
  return { room, epoch: epoch ?? '', prevSeq, payload: payload as object };
}
