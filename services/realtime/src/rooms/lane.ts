import type { Connection } from '../connections/connection.ts';
import type { RoomMessage } from '../connections/room-message.ts';
import { Conflation } from './conflation.ts';
import type { LaneTerms } from './lane-terms.ts';
import type { Update } from './room-source.ts';
import { encodeUpdate } from './update-message.ts';

/** Members of a room, or of a feed, that are sent the same messages at the same moments. */
export class Lane {
  readonly terms: LaneTerms;
  readonly #members = new Set<Connection>();
  /** What is to be sent next: of each series, of which bars have several, and feeds, the newest. */
  readonly #pending = new Conflation();
  /** How much had come when somebody came for whom it is nothing new: who starts from a snapshot. */
  readonly #newcomers = new Map<Connection, number>();
  #dueAt = 0;
  #conflated = 0;

  constructor(terms: LaneTerms) {
    this.terms = terms;
  }

  get members(): ReadonlySet<Connection> {
    return this.#members;
  }

  add(connection: Connection): void {
    this.#members.add(connection);
    if (this.#pending.count > 0) this.#newcomers.set(connection, this.#pending.count);
  }

  remove(connection: Connection): void {
    this.#members.delete(connection);
    this.#newcomers.delete(connection);
  }

  /** What a member is to be sent next, as far as it is known by now. */
  pendingOf(connection: Connection): Update[] {
    const since = this.#newcomers.get(connection) ?? 0;
    return [...this.#pending.chained()].filter(({ order }) => order >= since).map(({ update }) => update);
  }

  /** Keeps the newest update of each series until the lane is due. */
  merge(update: Update): void {
    if (this.#pending.add(update)) this.#conflated += 1;
  }

  /**
   * Gives each member what is due: to one that keeps up by `send`, to one that does not by `hold`.
   * @returns how many updates were left out since the last time; undefined where the lane is not due yet
   */
  release(now: number, { send, hold }: LaneOutlets): number | undefined {
    if (now < this.#dueAt) return undefined;
    this.#dueAt = now + this.terms.intervalMs;
    for (const { update, order } of this.#pending.chained()) {
      let message: RoomMessage | undefined;
      for (const connection of this.#members) {
        if ((this.#newcomers.get(connection) ?? 0) > order) continue;
        if (connection.isBehind) {
          hold(connection, update);
        } else {
          message ??= encodeUpdate(update);
          send(connection, message);
        }
      }
    }
    this.#pending.clear();
    this.#newcomers.clear();
    const conflated = this.#conflated;
    this.#conflated = 0;
    return conflated;
  }
}

interface LaneOutlets {
  send: (connection: Connection, message: RoomMessage) => void;
  hold: (connection: Connection, update: Update) => void;
}
