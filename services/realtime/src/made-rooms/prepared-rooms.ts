/** How long somebody who asked for a room may take to join it. */
const JOIN_MS = 60_000;

interface Entry<S> {
  state: S;
  /** Since when nobody has joined, ms since the epoch; undefined once somebody has. */
  waitingSince: number | undefined;
}

/** What a node keeps of rooms that it makes itself: from the asking for a room until it is dropped, or was never joined. */
export class PreparedRooms<S> {
  readonly #entries = new Map<string, Entry<S>>();
  /** Names of rooms that nobody joined yet, the oldest first. */
  readonly #waiting = new Set<string>();
  readonly #onForgotten: (state: S) => void;
  readonly #now: () => number;

  constructor(onForgotten: (state: S) => void = () => undefined, now: () => number = Date.now) {
    this.#onForgotten = onForgotten;
    this.#now = now;
  }

  get(name: string): S | undefined {
    return this.#entries.get(name)?.state;
  }

  *values(): Iterable<S> {
    for (const { state } of this.#entries.values()) yield state;
  }

  /** The state of a room that somebody is about to join. */
  prepare(name: string, create: () => S): S {
    this.#forgetUnjoined();
    const known = this.#entries.get(name);
    if (known) return known.state;
    const state = create();
    this.#entries.set(name, { state, waitingSince: this.#now() });
    this.#waiting.add(name);
    return state;
  }

  /** Keeps the state until the room is dropped. */
  open(name: string, create: () => S): S {
    const state = this.prepare(name, create);
    this.#waiting.delete(name);
    const entry = this.#entries.get(name);
    if (entry) entry.waitingSince = undefined;
    return state;
  }

  drop(name: string): void {
    const entry = this.#entries.get(name);
    this.#entries.delete(name);
    this.#waiting.delete(name);
    if (entry) this.#onForgotten(entry.state);
  }

  #forgetUnjoined(): void {
    const before = this.#now() - JOIN_MS;
    for (const name of this.#waiting) {
      const { waitingSince } = this.#entries.get(name) ?? {};
      if (waitingSince !== undefined && waitingSince > before) return;
      this.drop(name);
    }
  }
}
