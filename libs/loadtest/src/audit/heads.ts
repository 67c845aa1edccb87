/** Room, epoch and sequence, as they go from one process to another. */
export type HeadEntry = [room: string, epoch: string, seq: number];

/** The highest sequence that any connection was given, by room and epoch. */
export class Heads {
  readonly #rooms = new Map<string, Map<string, number>>();

  constructor(entries: Iterable<HeadEntry> = []) {
    for (const entry of entries) this.raise(...entry);
  }

  raise(room: string, epoch: string, seq: number): void {
    let epochs = this.#rooms.get(room);
    if (!epochs) {
      epochs = new Map();
      this.#rooms.set(room, epochs);
    }
    if (seq > (epochs.get(epoch) ?? -1)) epochs.set(epoch, seq);
  }

  get(room: string, epoch: string): number | undefined {
    return this.#rooms.get(room)?.get(epoch);
  }

  /** Of any epoch of a room. */
  any(room: string): number | undefined {
    return this.#rooms.get(room)?.values().next().value;
  }

  *entries(): Generator<HeadEntry> {
    for (const [room, epochs] of this.#rooms) for (const [epoch, seq] of epochs) yield [room, epoch, seq];
  }
}
