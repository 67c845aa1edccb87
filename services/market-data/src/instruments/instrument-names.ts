import type { InstrumentStore } from './instrument-store.ts';

const MAX_AGE_MS = 10_000;
const PAGE = 10_000;

/** Names of all instruments, as they were within the last ten seconds. */
export class InstrumentNames {
  readonly #store: InstrumentStore;
  #names: Promise<ReadonlyMap<string, string>> | undefined;
  #readAtMs = 0;

  constructor(store: InstrumentStore) {
    this.#store = store;
  }

  all(): Promise<ReadonlyMap<string, string>> {
    if (this.#names && performance.now() - this.#readAtMs < MAX_AGE_MS) return this.#names;
    const names = this.#read();
    this.#names = names;
    this.#readAtMs = performance.now();
    names.catch(() => {
      this.#names = undefined;
    });
    return names;
  }

  async #read(): Promise<ReadonlyMap<string, string>> {
    const names = new Map<string, string>();
    let after: string | undefined;
    for (;;) {
      const page = await this.#store.list({ after, limit: PAGE });
      for (const { symbol, name } of page) names.set(symbol, name);
      if (page.length < PAGE) return names;
      after = page.at(-1)?.symbol;
    }
  }
}
