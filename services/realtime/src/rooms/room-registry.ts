import type { Connection } from '../connections/connection.ts';
import { ActiveRoom } from './active-room.ts';
import type { LaneTerms } from './lane-terms.ts';
import type { Room } from './room-name.ts';

/** How long a room that everybody left is kept warm: who returns finds it as it was. */
const WARM_MS = 60_000;

interface RegistryListeners {
  opened: (room: Room) => void;
  dropped: (room: Room) => void;
}

/** The rooms of a node: made by the first who joins, kept warm for a while after the last has left. */
export class RoomRegistry {
  readonly #rooms = new Map<string, ActiveRoom>();
  readonly #listeners: RegistryListeners;
  readonly #now: () => number;

  constructor(listeners: RegistryListeners, now: () => number = Date.now) {
    this.#listeners = listeners;
    this.#now = now;
  }

  get(name: string): ActiveRoom | undefined {
    return this.#rooms.get(name);
  }

  values(): IterableIterator<ActiveRoom> {
    return this.#rooms.values();
  }

  /** Rooms that somebody is in. */
  get activeCount(): number {
    let count = 0;
    for (const room of this.#rooms.values()) if (room.idleSince === undefined) count += 1;
    return count;
  }

  /** Makes a room, or keeps it, for somebody who is about to join. */
  warm(room: Room): void {
    const active = this.#rooms.get(room.name) ?? this.#open(room);
    if (active.members === 0) active.idleSince = this.#now();
  }

  /** Puts a connection into a room on these terms, from whatever terms it was in it on. */
  join(connection: Connection, room: Room, terms: LaneTerms): void {
    this.#leaveLane(connection, room.name);
    const active = this.#rooms.get(room.name) ?? this.#open(room);
    active.idleSince = undefined;
    const lane = active.lane(terms);
    lane.add(connection);
    connection.rooms.set(room.name, lane);
  }

  /** False where the connection was not in the room. */
  leave(connection: Connection, name: string): boolean {
    const wasIn = this.#leaveLane(connection, name);
    const active = this.#rooms.get(name);
    if (wasIn && active && active.members === 0) active.idleSince = this.#now();
    return wasIn;
  }

  /** Drops what nobody has been in for a minute. */
  sweep(): void {
    const before = this.#now() - WARM_MS;
    for (const [name, active] of this.#rooms) {
      if (active.idleSince === undefined || active.idleSince > before) continue;
      this.#rooms.delete(name);
      this.#listeners.dropped(active.room);
    }
  }

  #open(room: Room): ActiveRoom {
    const active = new ActiveRoom(room, this.#now());
    active.idleSince = this.#now();
    this.#rooms.set(room.name, active);
    this.#listeners.opened(room);
    return active;
  }

  #leaveLane(connection: Connection, name: string): boolean {
    const lane = connection.rooms.get(name);
    lane?.remove(connection);
    if (lane) this.#rooms.get(name)?.prune(lane.terms);
    return connection.rooms.delete(name);
  }
}
