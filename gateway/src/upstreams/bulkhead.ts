/** How much of one class one upstream takes at once. */
export interface BulkheadSize {
  /** Calls under way. */
  concurrent: number;
  /** Calls that wait for a place. */
  queue: number;
}

/** Places for calls; who finds none waits in line, and is turned away where the line is full. */
export class Bulkhead {
  readonly #waiting = new Set<() => void>();
  #running = 0;
  size: BulkheadSize;

  constructor(size: BulkheadSize) {
    this.size = size;
  }

  /** Takes a place if one is free now. */
  tryEnter(): boolean {
    if (this.#running >= this.size.concurrent) return false;
    this.#running += 1;
    return true;
  }

  /** Waits for a place until the signal ends the wait; false where none was had. */
  enter(signal: AbortSignal): Promise<boolean> {
    if (this.tryEnter()) return Promise.resolve(true);
    if (this.#waiting.size >= this.size.queue || signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (entered: boolean) => {
        this.#waiting.delete(take);
        signal.removeEventListener('abort', giveUp);
        resolve(entered);
      };
      const take = () => settle(true);
      const giveUp = () => settle(false);
      this.#waiting.add(take);
      signal.addEventListener('abort', giveUp);
    });
  }

  /** Gives a place up, to the first in line where there is one. */
  leave(): void {
    const [first] = this.#waiting;
    if (first && this.#running <= this.size.concurrent) first();
    else this.#running -= 1;
  }
}
