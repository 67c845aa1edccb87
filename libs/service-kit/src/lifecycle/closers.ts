/** Collects what has to be closed, and closes it in the reverse order of its opening. */
export class Closers {
  readonly #closers: { name: string; close: () => Promise<unknown> }[] = [];
  #closing: Promise<void> | undefined;
  #current = '';

  /** What is being closed, or was last. */
  get current(): string {
    return this.#current;
  }

  add(name: string, close: () => Promise<unknown>): void {
    this.#closers.push({ name, close });
  }

  /** Closes everything even when a part fails; then throws what failed. Safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    const failures: Error[] = [];
    for (const { name, close } of this.#closers.reverse()) {
      this.#current = name;
      try {
        await close();
      } catch (error) {
        failures.push(new Error(`${name} did not close`, { cause: error }));
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map((failure) => failure.message).join('; '));
  }
}
