import type { GapPayload, ServerMessage, SystemPayload } from '@quotefleet/contracts';
import { type Connection, type FlushTally, systemMessage } from '../connections/connection.ts';
import { Frame } from '../connections/frame.ts';
import type { RoomMessage } from '../connections/room-message.ts';
import type { RealtimeEvents } from '../events.ts';
import { Heartbeats } from './heartbeats.ts';
import type { Lane } from './lane.ts';
import type { LaneTerms } from './lane-terms.ts';
import { feedOf, type Room } from './room-name.ts';
import { RoomRegistry } from './room-registry.ts';
import type { Update } from './room-source.ts';
import { encodeUpdate } from './update-message.ts';

const SLOW_CONSUMER: SystemPayload = {
  code: 'SLOW_CONSUMER',
  message: 'the connection fell more than 1 MB or 5 s behind: read it faster, merge, or subscribe to fewer rooms',
};

export interface RoomListener {
  /** Something new went to a room. */
  published?(update: Update): void;
  /** A room has its first member. */
  opened?(room: Room): void;
  /** A connection is in a room, on such terms. */
  joined?(room: Room, terms: LaneTerms): void;
  /** Nobody has been in a room for a minute. */
  dropped?(room: Room): void;
}

/** The rooms of one node: who is in them, and what they are to be sent at the next flush. */
export class RoomHub {
  readonly rooms: RoomRegistry;
  readonly #events: RealtimeEvents;
  readonly #heartbeats = new Heartbeats();
  readonly #listeners: RoomListener[] = [];
  /** Connections with something to send, or that have not taken what they were sent. */
  readonly #waiting = new Set<Connection>();
  /** Merging lanes with something to send. */
  readonly #merging = new Set<Lane>();
  #tally: FlushTally = newTally();
  #oldestPendingTs: number | undefined;
  #lagMs = 0;

  constructor(events: RealtimeEvents) {
    this.#events = events;
    this.rooms = new RoomRegistry({
      opened: (room) => {
        for (const listener of this.#listeners) listener.opened?.(room);
      },
      dropped: (room) => {
        for (const listener of this.#listeners) listener.dropped?.(room);
      },
    });
  }

  /** Characters that wait for connections whose transports are busy, all together. */
  get queueSize(): number {
    let size = 0;
    for (const connection of this.#waiting) size += connection.queueSize;
    return size;
  }

  /** From the making of an event to the sending of its frame lately, ms. */
  get lagMs(): number {
    return this.#lagMs;
  }

  listen(listener: RoomListener): void {
    this.#listeners.push(listener);
  }

  add(connection: Connection): void {
    this.#heartbeats.add(connection, performance.now());
  }

  join(connection: Connection, room: Room, terms: LaneTerms): void {
    this.rooms.join(connection, room, terms);
    for (const listener of this.#listeners) listener.joined?.(room, terms);
  }

  leave(connection: Connection, roomName: string): boolean {
    return this.rooms.leave(connection, roomName);
  }

  /** Takes a connection that ended out of every room. */
  remove(connection: Connection): void {
    for (const name of [...connection.rooms.keys()]) this.rooms.leave(connection, name);
    this.#waiting.delete(connection);
    this.#heartbeats.remove(connection);
    connection.release();
  }

  /** Whether somebody is in a room, or in its feed: what nobody hears need not be made. */
  hasListeners(name: string, feed: string): boolean {
    return this.rooms.get(name) !== undefined || this.rooms.get(feed) !== undefined;
  }

  /** Gives everybody in the room, and in its feed, a new value; members of lanes that are late only when it is as old. */
  publish(update: Update, delaySeconds = 0): void {
    const feed = feedOf(update.room);
    let message: RoomMessage | undefined;
    let isHeard = false;
    for (const name of feed === undefined ? [update.room.name] : [update.room.name, feed]) {
      const active = this.rooms.get(name);
      if (!active) continue;
      isHeard = true;
      // What is late was counted when it was live.
      if (delaySeconds === 0) active.messages += 1;
      active.lastMessageAt = Date.now();
      for (const lane of active.lanes.values()) {
        if (lane.terms.delaySeconds !== delaySeconds) continue;
        if (lane.terms.mode === 'raw') {
          message ??= encodeUpdate(update.raw ? { ...update, ...update.raw } : update);
          this.#sendAll(lane, message);
          if (update.type === 'gap') this.#events.gapsSent((update.payload as GapPayload).reason, lane.members.size);
        } else if (update.type !== 'gap') {
          lane.merge(update);
          this.#merging.add(lane);
        }
      }
    }
    if (delaySeconds > 0 || !isHeard) return;
    this.#oldestPendingTs ??= update.ts;
    for (const listener of this.#listeners) listener.published?.(update);
  }

  /** Adds a message for one connection to its next flush. */
  send(connection: Connection, message: RoomMessage): void {
    if (!connection.hasFrame) this.#waiting.add(connection);
    connection.add(message, this.#tally);
  }

  /** Sends a connection messages by themselves, past whatever waits for it. */
  tell(connection: Connection, ...messages: ServerMessage[]): void {
    if (messages.length === 0) return;
    connection.tell(...messages);
    this.#countTold(messages.length);
  }

  /** Sends every connection what its rooms had since the last flush, in one frame each. */
  flush(): void {
    const now = performance.now();
    this.#heartbeats.beat(now, this.#lagMs, (connection, message) => this.send(connection, message));
    for (const lane of this.#merging) this.#release(lane, now);
    for (const connection of this.#waiting) this.#flushConnection(connection, now);
    const hasNews = this.#oldestPendingTs !== undefined;
    if (this.#oldestPendingTs !== undefined) this.#lagMs = Math.max(0, Date.now() - this.#oldestPendingTs);
    this.#oldestPendingTs = undefined;
    this.#events.flushed(this.#tally, hasNews ? this.#lagMs : undefined);
    this.#tally = newTally();
  }

  /**
   * Sends a connection all that is meant for it so far, so that what it is told next cannot overtake it; false where
   * its transport is busy: try again once it is writable.
   */
  flushNow(connection: Connection): boolean {
    const isFlushed = this.#flushConnection(connection, performance.now());
    if (!isFlushed) this.#waiting.add(connection);
    return isFlushed;
  }

  /** Tells a connection why it ends, and ends it. */
  close(connection: Connection, payload: SystemPayload, { mayReturn }: { mayReturn: boolean }): void {
    if (connection.isClosing) return;
    // Who comes back resumes after what it had, and lacks nothing.
    const gaps = mayReturn ? [] : connection.unsent();
    this.remove(connection);
    connection.close([...gaps, systemMessage(payload, 0)], { mayReturn });
    this.#countTold(gaps.length + 1);
    this.#events.gapsSent('overflow', gaps.length);
    this.#events.closed(payload.code, connection);
  }

  #countTold(messages: number): void {
    this.#tally.frames += 1;
    this.#tally.messages += messages;
  }

  #flushConnection(connection: Connection, now: number): boolean {
    const outcome = connection.flush(now, this.#tally);
    if (outcome === 'blocked') return false;
    this.#waiting.delete(connection);
    if (outcome === 'slow') this.close(connection, SLOW_CONSUMER, { mayReturn: false });
    return true;
  }

  #release(lane: Lane, now: number): void {
    const conflated = lane.release(now, {
      send: (connection, message) => this.send(connection, message),
      hold: (connection, update) => {
        if (connection.hold(update)) this.#events.conflated(1);
      },
    });
    if (conflated === undefined) return;
    this.#events.conflated(conflated);
    this.#merging.delete(lane);
  }

  #sendAll(lane: Lane, message: RoomMessage): void {
    for (const connection of lane.members) this.send(connection, message);
  }
}

function newTally(): FlushTally {
  return { root: new Frame(), frames: 0, messages: 0 };
}
