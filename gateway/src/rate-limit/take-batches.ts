import { levelOf, MICRO, microRate } from './bucket.ts';
import type { RateClaim, RateVerdict } from './rate-limiter.ts';

/** Calls of one batch: the script lets nobody else at Redis while it runs, some 100 us for so many. */
const CALLS_MAX = 64;

interface Waiting {
  claims: readonly RateClaim[];
  cost: number;
  resolve: (verdict: RateVerdict) => void;
  reject: (error: unknown) => void;
}

/** Runs the script that takes, on the names of buckets and its other arguments. */
type RunTake = (keys: readonly string[], others: readonly number[]) => Promise<readonly number[]>;

/** Gathers the calls of one turn of the event loop, since each run of a script costs far more than what it does. */
export class TakeBatches {
  readonly #run: RunTake;
  #waiting: Waiting[] = [];

  constructor(run: RunTake) {
    this.#run = run;
  }

  take(claims: readonly RateClaim[], cost: number): Promise<RateVerdict> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ claims, cost, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.#flush());
      else if (this.#waiting.length === CALLS_MAX) this.#flush();
    });
  }

  #flush(): void {
    const calls = this.#waiting;
    if (calls.length === 0) return;
    this.#waiting = [];
    const keys: string[] = [];
    const others: number[] = [];
    for (const { claims, cost } of calls) {
      others.push(claims.length, cost * MICRO);
      for (const { key, policy } of claims) {
        keys.push(key);
        others.push(policy.capacity * MICRO, microRate(policy));
      }
    }
    this.#run(keys, others).then(
      (figures) => settle(calls, figures),
      (error: unknown) => {
        for (const { reject } of calls) reject(error);
      },
    );
  }
}

function settle(calls: readonly Waiting[], figures: readonly number[]): void {
  let at = 0;
  for (const { claims, resolve } of calls) {
    const allowed = figures[at++] === 1;
    const levels = claims.map(({ policy }) => {
      const left = figures[at++] ?? 0;
      const need = figures[at++] ?? 0;
      return levelOf(policy, left, allowed ? 0 : need);
    });
    resolve({ allowed, levels });
  }
}
