import CircuitBreaker from 'opossum';

export interface BreakerOptions {
  /** Consecutive failures that open it. */
  failures: number;
  /** Successful trials that close it again. */
  successes: number;
  /** How long it stays open before it lets trials through. */
  openMs: number;
}

export type BreakerState = 'closed' | 'half-open' | 'open';

/** `aborted`: the client went away, which says nothing about the upstream. */
export type Outcome = 'answered' | 'aborted';
type Work = () => Promise<Outcome>;

/**
 * Above any rate of failure, so that opossum's own rule never opens the circuit: it divides the failures of the last
 * 10 s by the calls begun in them, of which there are fewer where calls take long, or none.
 */
const NEVER_BY_RATE = Number.POSITIVE_INFINITY;

/**
 * Opens on consecutive failures and closes after some successful trials: opossum by itself knows a rate of failures
 * and one trial only. A call that began before it opened is no trial, however it ends. Work must end by itself: no
 * timeout is put on it here.
 */
export class ConsecutiveBreaker extends CircuitBreaker<[Work], Outcome> {
  readonly #options: BreakerOptions;
  #failures = 0;
  #openedAt = 0;
  /** The trials of one half-open spell. */
  #spell = { running: 0, succeeded: 0 };
  #aborted = false;

  constructor(name: string, options: BreakerOptions) {
    super((work) => work(), {
      name,
      timeout: false,
      resetTimeout: options.openMs,
      errorThresholdPercentage: NEVER_BY_RATE,
      enableSnapshots: false,
      rollingPercentilesEnabled: false,
    });
    this.#options = options;
    // Typed as a property by opossum, so it cannot be overridden as a getter in the class body.
    Object.defineProperty(this, 'pendingClose', { get: () => this.#takesTrial() });
    this.prependListener('success', (outcome: Outcome) => {
      this.#aborted = outcome === 'aborted';
      if (!this.#aborted) this.#failures = 0;
    });
    this.on('failure', () => {
      this.#failures += 1;
      if (this.closed && this.#failures >= options.failures) this.open();
    });
    this.on('open', () => {
      this.#openedAt = performance.now();
    });
    this.on('halfOpen', () => {
      this.#spell = { running: 0, succeeded: 0 };
    });
  }

  get state(): BreakerState {
    if (this.closed) return 'closed';
    return this.halfOpen ? 'half-open' : 'open';
  }

  /** Seconds until calls may be let through again; at least 1. */
  get retryAfterSeconds(): number {
    const leftMs = this.opened ? this.#openedAt + this.#options.openMs - performance.now() : 0;
    return Math.max(1, Math.ceil(leftMs / 1000));
  }

  /** Whether it would let a call through now. */
  get accepts(): boolean {
    return this.closed || this.#takesTrial();
  }

  /** Closes it at once, whatever the trials say. */
  reset(): void {
    this.#failures = 0;
    super.close();
  }

  override fire(work: Work): Promise<Outcome> {
    if (this.closed && !this.isShutdown) return this.#fireClosed(work);
    const isTrial = this.#takesTrial();
    const fired = super.fire(work);
    if (!isTrial) return fired;
    const spell = this.#spell;
    spell.running += 1;
    return fired.finally(() => {
      spell.running -= 1;
    });
  }

  /** opossum calls this on every success while half-open. */
  override close(): void {
    if (this.halfOpen) {
      if (this.#aborted) return;
      this.#spell.succeeded += 1;
      if (this.#spell.succeeded < this.#options.successes) return;
    }
    super.close();
  }

  /** Closes it before its time: for an upstream that was gone and says that it is back. */
  recover(): void {
    if (this.opened) super.close();
  }

  /** opossum's own way with a call costs some ten times what is needed while there is nothing to decide. */
  #fireClosed(work: Work): Promise<Outcome> {
    return work().then(
      (outcome) => {
        if (outcome !== 'aborted') this.#failures = 0;
        return outcome;
      },
      (error: unknown) => {
        this.emit('failure', error);
        throw error;
      },
    );
  }

  #takesTrial(): boolean {
    return this.halfOpen && this.#spell.running + this.#spell.succeeded < this.#options.successes;
  }
}
