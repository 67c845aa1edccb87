import type { Position } from '@quotefleet/contracts';
import type { Step } from './market-state.ts';

export interface Kept<T> {
  value: T;
  step: Step;
  /** Where the value before it of the same series is, counted from the ring's beginning; -1 for none. */
  before: number;
}

/** What somebody wants of the ring, and at most how many. */
export interface Wanted<T> {
  isWanted: (value: T) => boolean;
  max: number;
}

/** Partitions are read apart: so much later may a value come than others that were made after it. */
const DISORDER_MS = 5000;

/** The latest values of all series together, from which connections resume: the oldest make room for the newest. */
export class ReplayRing<T extends { ts: number }> {
  readonly #capacity: number;
  readonly #kept: Kept<T>[] = [];
  readonly #last = new Map<string, number>();
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  append(series: string, value: T, step: Step): void {
    this.#kept[this.#next % this.#capacity] = { value, step, before: this.#last.get(series) ?? -1 };
    this.#last.set(series, this.#next);
    this.#next += 1;
  }

  /** All that is kept of a series, oldest first. */
  recent(series: string): T[] {
    const values: T[] = [];
    const oldest = Math.max(0, this.#next - this.#capacity);
    for (let at = this.#last.get(series) ?? -1; at >= oldest; ) {
      const kept = this.#kept[at % this.#capacity];
      if (!kept) break;
      values.push(kept.value);
      at = kept.before;
    }
    return values.reverse();
  }

  /**
   * All that was made at a moment or later, or shortly before, of every series; `retention` where nothing older is kept to
   * tell by, `overflow` where it is more than somebody wants.
   */
  from(ts: number, { isWanted, max }: Wanted<T>): Kept<T>[] | 'retention' | 'overflow' {
    const oldest = Math.max(0, this.#next - this.#capacity);
    const first = this.#kept[oldest % this.#capacity];
    // Before the oldest that is kept there were others, made no later than when it came.
    const knownSince = first && first.value.ts + (oldest > 0 ? DISORDER_MS + 1 : 0);
    if (knownSince === undefined || knownSince > ts) return 'retention';
    const found: Kept<T>[] = [];
    for (let at = oldest; at < this.#next; at += 1) {
      const kept = this.#kept[at % this.#capacity];
      if (!kept || kept.value.ts < ts - DISORDER_MS || !isWanted(kept.value)) continue;
      if (found.length === max) return 'overflow';
      found.push(kept);
    }
    return found;
  }

  /**
   * What a series had after a position, oldest first; undefined where that is not all there any more.
   * @param isInclusive with what carries the very sequence of the position, for series in which several values may
   */
  since(series: string, { epoch, seq }: Position, isInclusive = false): { value: T; step: Step }[] | undefined {
    const found: { value: T; step: Step }[] = [];
    const isPast = (at: number) => at < seq || (at === seq && !isInclusive);
    const oldest = Math.max(0, this.#next - this.#capacity);
    for (let at = this.#last.get(series) ?? -1; at >= oldest; ) {
      const kept = this.#kept[at % this.#capacity];
      if (!kept || kept.step.epoch !== epoch) return undefined;
      const { value, step, before } = kept;
      if (isPast(step.seq)) return found.reverse();
      found.push({ value, step });
      if (step.prevSeq !== undefined && isPast(step.prevSeq)) return found.reverse();
      at = before;
    }
    return found.at(-1)?.step.seq === seq ? found.reverse() : undefined;
  }
}
