/** How many there are of each; what there is none of takes no room. */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #onChange: (key: string, count: number) => void;

  constructor(onChange: (key: string, count: number) => void = () => undefined) {
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#counts.size;
  }

  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  /** Counts one more. @returns what takes it off again, once */
  add(key: string): () => void {
    this.#put(key, this.of(key) + 1);
    let isCounted = true;
    return () => {
      if (!isCounted) return;
      isCounted = false;
      this.#put(key, this.of(key) - 1);
    };
  }

  #put(key: string, count: number): void {
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
    this.#onChange(key, count);
  }
}
