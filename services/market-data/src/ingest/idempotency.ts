import { createHash } from 'node:crypto';
import type { DataManager } from '@quotefleet/data';
import { AppError, invalidArgument } from '@quotefleet/service-kit';

const TABLE = 'idempotency_keys';
const KEY = /^[\x21-\x7e]{1,200}$/;
/** A call that has not answered by then has died: the next one with its key takes over. */
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
  readonly #data: DataManager;
  readonly #now: () => number;

  constructor(data: DataManager, now: () => number = Date.now) {
    this.#data = data;
    this.#now = now;
  }

  /** @throws AppError CONFLICT where the key is in use for another call, or its first call still runs */
  async run<T extends object>({ key, client, content }: IdempotentCall, work: () => Promise<T>): Promise<T> {
    if (key === undefined) return work();
    if (!KEY.test(key)) throw invalidArgument('Idempotency-Key', 'expected 1 to 200 visible ASCII characters');
    const place = { client, idempotencyKey: key };
    const fingerprint = createHash('sha256').update(JSON.stringify(content)).digest('hex');
    const [known] = await this.#data.load(TABLE, { where: place, limit: 1 });
    if (known && known.fingerprint !== fingerprint)
      throw new AppError('CONFLICT', 'this Idempotency-Key was used for another call');
    if (known?.answer) return known.answer as T;
    if (known && Number(known.createdAt) > this.#now() - RUNNING_MS) throw stillRunning();
    const row = { ...place, fingerprint, createdAt: this.#now() };
    const { inserted } = await this.#data.save(TABLE, [row]);
    if (!known && inserted === 0) throw stillRunning();
    try {
      const answer = await work();
      await this.#data.save(TABLE, [{ ...row, answer }]);
      return answer;
    } catch (error) {
      await this.#data.remove(TABLE, place).catch(() => 0);
      throw error;
    }
  }

  /** Forgets keys a day after their call. */
  async forgetOld(): Promise<void> {
    await this.#data.remove(TABLE, { createdAt: { before: this.#now() - KEPT_MS } });
  }
}

function stillRunning(): AppError {
  return new AppError('CONFLICT', 'the first call with this Idempotency-Key still runs', { retryAfterSeconds: 1 });
}
