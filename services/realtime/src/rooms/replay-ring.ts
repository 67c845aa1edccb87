import type { Position } from '@quotefleet/contracts';
import type { Step } from './market-state.ts';

interface Kept<T> {
  value: T;
  step: Step;
  /** Where the value before it of the same series is, counted from the ring's beginning; -1 for none. */
  before: number;
}

/** The latest values of all series together, from which connections resume: the oldest make room for the newest. */
export class ReplayRing<T> {
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

  /** What a series had after a position, oldest first; undefined where that is not all there any more. */
  since(series: string, { epoch, seq }: Position): { value: T; step: Step }[] | undefined {
    const found: { value: T; step: Step }[] = [];
    const oldest = Math.max(0, this.#next - this.#capacity);
    let at = this.#last.get(series) ?? -1;
    while (at >= oldest) {
      const kept = this.#kept[at % this.#capacity];
      if (!kept || kept.step.epoch !== epoch) return undefined;
      const { value, step, before } = kept;
      if (step.seq <= seq) return found.reverse();
      found.push({ value, step });
      if (step.prevSeq !== undefined && step.prevSeq <= seq) return found.reverse();
      at = before;
    }
    return undefined;
  }
}
