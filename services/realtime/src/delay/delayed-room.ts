import type { Update } from '../rooms/room-source.ts';

/** Updates of one room on their way to those who see it late, in order. */
export class DelayedRoom {
  /** The newest that is old enough: where who joins now starts. */
  latest: Update | undefined;
  /** Resolves once it has what storage knew; undefined where nobody asked for that. */
  primed: Promise<void> | undefined;
  /** Whether the last that came was live. A change of what not everybody here was sent says nothing. */
  #isLive = false;
  readonly #queue: { dueAt: number; update: Update }[] = [];

  /** Updates that wait. */
  get size(): number {
    return this.#queue.length;
  }

  /** @param dueAt ms of the line's clock; never before that of the update in front of it */
  push(update: Update, dueAt: number): void {
    const last = this.#queue.at(-1);
    this.#queue.push({
      update: this.#isLive ? update : wholeOf(update),
      dueAt: Math.max(dueAt, last?.dueAt ?? 0),
    });
    this.#isLive = true;
  }

  /** Puts what storage knew before what came live since, and leaves out what both have. */
  prepend(updates: readonly { dueAt: number; update: Update }[], latest: Update | undefined): void {
    this.latest ??= latest;
    const { epoch, seq } = updates.at(-1)?.update ?? latest ?? {};
    const live = this.#queue.splice(0).filter(({ update }) => update.epoch !== epoch || update.seq > (seq ?? -1));
    const [first] = live;
    if (first) first.update = wholeOf(first.update);
    this.#isLive = first !== undefined;
    this.#queue.push(...updates, ...live);
  }

  /** Takes out what is old enough by now. */
  takeDue(now: number): Update[] {
    let count = 0;
    while ((this.#queue[count]?.dueAt ?? Number.POSITIVE_INFINITY) <= now) count += 1;
    if (count === 0) return [];
    const due = this.#queue.splice(0, count).map(({ update }) => update);
    this.latest = due.findLast(({ type }) => type !== 'gap') ?? this.latest;
    return due;
  }
}

function wholeOf({ raw: _change, ...whole }: Update): Update {
  return whole;
}
