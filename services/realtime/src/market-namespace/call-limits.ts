/** Calls of one connection that may wait for their turn. */
export const CALLS_WAITING_MAX = 32;

/** Counts by the second. */
export class Pace {
  readonly #max: number;
  #second = 0;
  #count = 0;

  constructor(max: number) {
    this.#max = max;
  }

  keeps(): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) this.#count = 0;
    this.#second = second;
    this.#count += 1;
    return this.#count <= this.#max;
  }
}

/** Runs the calls of a connection one after the other. */
export class CallQueue {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  readonly #onOverflow: () => void;

  constructor(onOverflow: () => void) {
    this.#onOverflow = onOverflow;
  }

  run(call: () => Promise<void>): void {
    if (this.#waiting >= CALLS_WAITING_MAX) {
      this.#onOverflow();
      return;
    }
    this.#waiting += 1;
    this.#last = this.#last.then(call).finally(() => {
      this.#waiting -= 1;
    });
  }
}
