export interface LogRecord {
  key: string;
  /** A JSON value, frozen through and through. */
  value: unknown;
}

/** A record on its way into a partition. */
export interface Entry extends LogRecord {
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

  append(record: LogRecord): void {
    this.#records.push(record);
  }

  /** Up to `max` records from `offset` on, which is within [start, end]. */
  read(offset: number, max: number): LogRecord[] {
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
