/** Lets so much through a second, a second's worth at once, and tells the others when their turn would be. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #spreadMaxMs: number;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;
  /** The turn of the last who was refused: each further one is told a later one, so that they do not return together. */
  #lastTurn = 0;

  /** @param options.spreadMaxMs the latest turn that anybody is told */
  constructor(perSecond: number, { spreadMaxMs, now }: { spreadMaxMs: number; now?: () => number }) {
    this.#perSecond = perSecond;
    this.#spreadMaxMs = spreadMaxMs;
    this.#now = now ?? (() => performance.now());
    this.#tokens = perSecond;
    this.#filledAt = this.#now();
  }

  /** 0 where it was let through, otherwise in how many ms to come back. */
  take(): number {
    const now = this.#now();
    this.#tokens = Math.min(this.#perSecond, this.#tokens + ((now - this.#filledAt) / 1000) * this.#perSecond);
    this.#filledAt = now;
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return 0;
    }
    const turn = Math.max(this.#lastTurn, now + 1000) + 1000 / this.#perSecond;
    // Beyond the longest wait they begin at the front again: some of those told before will not return.
    this.#lastTurn = turn - now > this.#spreadMaxMs ? now + 1000 : turn;
    return Math.ceil(this.#lastTurn - now);
  }
}
