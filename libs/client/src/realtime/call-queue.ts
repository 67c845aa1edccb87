import { sleep } from '../sleep.ts';

/** The fleet takes 200 calls of a connection in a second; this keeps far enough away from that. */
const PER_SECOND_MAX = 90;

/** Runs calls one after the other, in the order they came: the fleet wants one call of a connection at a time. */
export class CallQueue {
  #last: Promise<unknown> = Promise.resolve();
  #since = 0;
  #count = 0;
  readonly #perSecondMax: number;

  constructor(perSecondMax = PER_SECOND_MAX) {
    this.#perSecondMax = perSecondMax;
  }

  run<T>(call: () => Promise<T>): Promise<T> {
    const result = this.#last.then(async () => {
      await this.#keepPace();
      return call();
    });
    // Its caller hears of a failure; the next call does not care.
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #keepPace(): Promise<void> {
    const left = this.#since + 1000 - Date.now();
    if (this.#count >= this.#perSecondMax && left > 0) await sleep(left);
    if (Date.now() >= this.#since + 1000) {
      this.#since = Date.now();
      this.#count = 0;
    }
    this.#count += 1;
  }
}
