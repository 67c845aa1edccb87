import type { Assignment, Backlog } from './start-positions.ts';

/** Knows when a new member has handled what was there when it came. */
export class CatchUp {
  readonly done: Promise<void>;
  readonly #finish: () => void;
  #left: Backlog[] | undefined;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.done = promise;
    this.#finish = resolve;
  }

  begin(backlogs: readonly Backlog[]): void {
    this.#keep(backlogs, () => true);
  }

  /** The member handled a partition up to `next`, the offset to read next. */
  reached(topic: string, partition: number, next: number): void {
    this.#keep(this.#left, (one) => one.topic !== topic || one.partition !== partition || one.end > next);
  }

  /** What went to other members is not waited for. */
  reassigned(assignment: Assignment): void {
    this.#keep(this.#left, ({ topic, partition }) => assignment[topic]?.includes(partition) === true);
  }

  end(): void {
    this.#keep([], () => false);
  }

  #keep(backlogs: readonly Backlog[] | undefined, isLeft: (backlog: Backlog) => boolean): void {
    this.#left = backlogs?.filter(isLeft);
    if (this.#left?.length === 0) {
      this.#finish();
    }
  }
}
