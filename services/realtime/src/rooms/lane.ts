import type { Connection } from '../connections/connection.ts';
import type { RoomMessage } from '../connections/room-message.ts';
import type { LaneTerms } from './lane-terms.ts';
import type { Update } from './room-source.ts';
import { conflate, encodeUpdate, seriesOf } from './update-message.ts';

/** Members of a room, or of a feed, that are sent the same messages at the same moments. */
export class Lane {
  readonly terms: LaneTerms;
  readonly members = new Set<Connection>();
  /** What is to be sent next, by series: of bars, and in a feed, several. */
  readonly #pending = new Map<string, Update>();
  #dueAt = 0;
  #conflated = 0;

  constructor(terms: LaneTerms) {
    this.terms = terms;
  }

  get isPending(): boolean {
    return this.#pending.size > 0;
  }

  /** What the next release has so far. */
  get pending(): Iterable<Update> {
    return this.#pending.values();
  }

  /** Keeps the newest update of each series until the lane is due. */
  merge(update: Update): void {
    const series = seriesOf(update);
    const waiting = this.#pending.get(series);
    if (waiting) this.#conflated += 1;
    this.#pending.set(series, conflate(waiting, update));
  }

  /**
   * Gives each member what is due: to one that keeps up by `send`, to one that does not by `hold`.
   * @returns how many updates were left out since the last time; undefined where the lane is not due yet
   */
  release(now: number, { send, hold }: LaneOutlets): number | undefined {
    if (now < this.#dueAt) return undefined;
    this.#dueAt = now + this.terms.intervalMs;
    for (const update of this.#pending.values()) {
      let message: RoomMessage | undefined;
      for (const connection of this.members) {
        if (connection.isBehind) {
          hold(connection, update);
        } else {
          message ??= encodeUpdate(update);
          send(connection, message);
        }
      }
    }
    this.#pending.clear();
    const conflated = this.#conflated;
    this.#conflated = 0;
    return conflated;
  }
}

interface LaneOutlets {
  send: (connection: Connection, message: RoomMessage) => void;
  hold: (connection: Connection, update: Update) => void;
}
