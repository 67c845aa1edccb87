/** Runs calls one after the other, in the order they came: the fleet wants one call of a connection at a time. */
export class CallQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(call: () => Promise<T>): Promise<T> {
    const result = this.#last.then(call);
    // Its caller hears of a failure; the next call does not care.
    this.#last = result.catch(() => undefined);
    return result;
  }
}
