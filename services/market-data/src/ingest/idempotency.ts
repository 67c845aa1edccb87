import { createHash } from 'node:crypto';
import { AppError, invalidArgument } from '@quotefleet/service-kit';
import type { Claim, IdempotencyStore } from './idempotency-store.ts';

const KEY = /^[\x21-\x7e]{1,200}$/;
/** A call that has not answered by then has died: the next one like it takes over. */
const RUNNING_MS = 60_000;
const KEPT_MS = 24 * 3600 * 1000;

interface IdempotentCall {
  key: string | undefined;
  /** Keys of one caller are none of another's business. */
  client: string;
  /** What the call hands in: the same key with other content is a mistake. */
  content: unknown;
}

/** Answers calls that carry an Idempotency-Key once: the same call given again gets the first answer. */
export class Idempotency {
  readonly #store: IdempotencyStore;
  readonly #now: () => number;

  constructor(store: IdempotencyStore, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  /** @throws AppError CONFLICT where the key is in use for another call, or its first call still runs */
  async run<T extends object>({ key, client, content }: IdempotentCall, work: () => Promise<T>): Promise<T> {
    if (key === undefined) return work();
    if (!KEY.test(key)) throw invalidArgument('Idempotency-Key', 'expected 1 to 200 visible ASCII characters');
    const fingerprint = createHash('sha256').update(JSON.stringify(content)).digest('hex');
    const claim: Claim = { client, key, fingerprint, createdAt: this.#now() };
    if (!(await this.#store.claim(claim, this.#now() - RUNNING_MS))) return this.#answerOf<T>(claim);
    try {
      const answer = await work();
      await this.#store.finish(claim, answer);
      return answer;
    } catch (error) {
      // Where that fails too, the claim grows old.
      await this.#store.release(claim).catch(() => undefined);
      throw error;
    }
  }

  /** Forgets keys a day after their call. */
  async forgetOld(): Promise<void> {
    await this.#store.forget(this.#now() - KEPT_MS);
  }

  async #answerOf<T extends object>(claim: Claim): Promise<T> {
    const known = await this.#store.find(claim);
    if (known && known.fingerprint !== claim.fingerprint)
      throw new AppError('CONFLICT', 'this Idempotency-Key was used for another call');
    if (known?.answer) return known.answer as T;
    throw new AppError('CONFLICT', 'the first call with this Idempotency-Key still runs', { retryAfterSeconds: 1 });
  }
}
