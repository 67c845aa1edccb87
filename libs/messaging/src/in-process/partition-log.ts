/** What is appended. */
export interface NewRecord {
  key: string;
  /** A JSON value, frozen through and through. */
  value: unknown;
}

interface LogRecord extends NewRecord {
  /** On the clock of `performance.now()`. */
  appendedMs: number;
}

/** A record on its way into a partition. */
export interface Entry extends NewRecord {
  partition: number;
}

/** The records of one partition that some group may still need; offsets are dense and never reused. */
export class PartitionLog {
  readonly #records: LogRecord[] = [];
  #start: number;

  constructor(start: number) {
    this.#start = start;
  }

  /** Offset of the oldest record held. */
  get start(): number {
    return this.#start;
  }

  /** Offset that the next record gets. */
  get end(): number {
    return this.#start + this.#records.length;
  }

  append({ key, value }: NewRecord): void {
    this.#records.push({ key, value, appendedMs: performance.now() });
  }

  /** Offset of the oldest record held that was appended in the last `ms`; the end where there is none. */
  since(ms: number): number {
    const fromMs = performance.now() - ms;
    const index = this.#records.findIndex(({ appendedMs }) => appendedMs >= fromMs);
    return index < 0 ? this.end : this.#start + index;
  }

  /** Up to `max` records from `offset` on, which is within [start, end]. */
  read(offset: number, max: number): NewRecord[] {
    const index = offset - this.#start;
    return this.#records.slice(index, index + max);
  }

  /** Forgets what is older than `offset`. */
  dropBefore(offset: number): void {
    if (offset > this.#start) {
      this.#records.splice(0, offset - this.#start);
      this.#start = offset;
    }
  }
}
