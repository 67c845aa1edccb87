import { deliver, type RawBatch } from '../delivery/deliver.ts';
import type { DeadLetter, SubscribeOptions } from '../event-bus.ts';

const BATCH_MAX_DEFAULT = 500;
/** How long close waits for a handler that goes on in spite of its aborted signal. */
const CLOSE_GRACE_MS = 2_000;

type Take = (batch: RawBatch, isLost: () => boolean) => Promise<void>;

/** One subscription as its groups see it: takes batches until it is closed. */
export class Member {
  readonly batchMax: number;
  readonly #take: Take;
  readonly #closing: AbortController;
  /** For each delivery in hand, what ends it without success. */
  readonly #inHand = new Set<() => void>();
  #onIdle: (() => void) | undefined;

  private constructor(batchMax: number, closing: AbortController, take: Take) {
    this.batchMax = batchMax;
    this.#closing = closing;
    this.#take = take;
  }

  static create<T>(options: SubscribeOptions<T>, bury: (letter: DeadLetter) => Promise<void>): Member {
    const closing = new AbortController();
    return new Member(options.batchMax ?? BATCH_MAX_DEFAULT, closing, (batch, isLost) =>
      deliver(batch, options, { signal: closing.signal, isLost, bury }),
    );
  }

  /** Resolves with whether the batch was handled and may be committed. */
  take(batch: RawBatch, isLost: () => boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (handled: boolean) => {
        resolve(handled);
        this.#inHand.delete(abandon);
        if (this.#inHand.size === 0) {
          this.#onIdle?.();
        }
      };
      const abandon = () => end(false);
      this.#inHand.add(abandon);
      this.#take(batch, isLost).then(() => end(true), abandon);
    });
  }

  /** Waits for what is in hand, though not for ever; what is abandoned goes to another member. */
  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#inHand.size === 0) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CLOSE_GRACE_MS);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    for (const abandon of this.#inHand) {
      abandon();
    }
  }
}
