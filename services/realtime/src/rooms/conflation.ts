import type { Update } from './room-source.ts';
import { seriesOf } from './update-message.ts';

/** An update that waits, and how many came before it. */
interface Waiting {
  update: Update;
  order: number;
}

/**
 * The newest of each series that waits to be sent. They go out in the order in which they came, each following on the one
 * before it in its room, so that sequences only rise.
 */
export class Conflation {
  readonly #newest = new Map<string, Waiting>();
  /** Of each room: where those are who have had all before. */
  readonly #starts = new Map<string, { epoch: string; seq: number | undefined }>();
  #count = 0;

  /** Updates that came since it was empty. */
  get count(): number {
    return this.#count;
  }

  /** True where it took the place of an older one. */
  add(update: Update): boolean {
    const { room, epoch, prevSeq } = update;
    const series = seriesOf(update);
    const isNewer = this.#newest.delete(series);
    this.#newest.set(series, { update, order: this.#count });
    if (!this.#starts.has(room.name)) this.#starts.set(room.name, { epoch, seq: prevSeq });
    this.#count += 1;
    return isNewer;
  }

  *chained(): Iterable<Waiting> {
    const places = new Map(this.#starts);
    for (const { update, order } of this.#newest.values()) {
      const { room, epoch, seq } = update;
      const before = places.get(room.name);
      const prevSeq = before?.epoch === epoch ? before.seq : undefined;
      places.set(room.name, { epoch, seq });
      yield { update: update.prevSeq === prevSeq ? update : { ...update, prevSeq }, order };
    }
  }

  clear(): void {
    this.#newest.clear();
    this.#starts.clear();
    this.#count = 0;
  }
}
