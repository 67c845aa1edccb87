interface Sample {
  position: bigint;
  firstSeenMs: number;
  lastSeenMs: number;
}

export interface Lag {
  ms: number;
  bytes: number;
}

/** Ten minutes of measurements of a busy primary. */
const MAX_SAMPLES = 600;

/**
 * When the primary was at which position. The time since the last transaction that a replica replayed says nothing
 * while the primary writes rarely: after an idle hour the first write would look an hour late.
 */
export class WalHistory {
  readonly #samples: Sample[] = [];

  /** `nowMs` is of a clock that never goes back. */
  record(position: bigint, nowMs: number): void {
    const last = this.#samples.at(-1);
    if (last?.position === position) {
      last.lastSeenMs = nowMs;
      return;
    }
    // Another server has become the primary: its WAL is another one.
    if (last && position < last.position) this.#samples.length = 0;
    this.#samples.push({ position, firstSeenMs: nowMs, lastSeenMs: nowMs });
    if (this.#samples.length > MAX_SAMPLES) this.#samples.shift();
  }

  /**
   * How far a replica that has replayed up to `replayed` is behind; undefined before the first record. 0 ms when it has
   * all that was recorded. Else what it lacks is at least as old as the first position past it and at most as old as
   * the one before, and in between the commit of its last transaction, `lastCommitAgeMs` ago, is the better guess.
   */
  lag(replayed: bigint, nowMs: number, lastCommitAgeMs: number | undefined): Lag | undefined {
    const latest = this.#samples.at(-1);
    if (!latest) return undefined;
    const missing = this.#samples.findIndex((sample) => sample.position > replayed);
    const first = this.#samples[missing];
    if (!first) return { ms: 0, bytes: 0 };
    const earliestMs = this.#samples[missing - 1]?.lastSeenMs ?? Number.NEGATIVE_INFINITY;
    const committedMs = nowMs - (lastCommitAgeMs ?? 0);
    const sinceMs = committedMs > earliestMs && committedMs < first.firstSeenMs ? committedMs : first.firstSeenMs;
    return { ms: nowMs - sinceMs, bytes: Number(latest.position - replayed) };
  }
}
