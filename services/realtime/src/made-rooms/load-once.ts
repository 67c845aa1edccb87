/** How long what could not be had is not asked for again. */
const PAUSE_MS = 2000;

/** Loads things by key: one load at a time serves all that ask, and one that failed is not repeated at once. */
export class LoadOnce {
  readonly #onFailure: (key: string, error: unknown) => void;
  readonly #running = new Map<string, Promise<boolean>>();
  readonly #failedUntil = new Map<string, number>();

  constructor(onFailure: (key: string, error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** Whether it was loaded; it never rejects. */
  async run(key: string, load: () => Promise<void>): Promise<boolean> {
    const running = this.#running.get(key);
    if (running) return running;
    if ((this.#failedUntil.get(key) ?? 0) > performance.now()) return false;
    const loading = this.#load(key, load).finally(() => this.#running.delete(key));
    this.#running.set(key, loading);
    return loading;
  }

  async #load(key: string, load: () => Promise<void>): Promise<boolean> {
    try {
      await load();
      this.#failedUntil.delete(key);
      return true;
    } catch (error) {
      this.#failedUntil.set(key, performance.now() + PAUSE_MS);
      this.#onFailure(key, error);
      return false;
    }
  }
}
