import { setMaxListeners } from 'node:events';
import { deliver, type RawBatch } from '../delivery/deliver.ts';
import { endsWithin } from '../delivery/pause.ts';
import { unlessAborted } from '../delivery/unless-aborted.ts';
import type { DeadLetter, SubscribeOptions } from '../event-bus.ts';

const BATCH_MAX_DEFAULT = 500;
/** How long close waits for a handler that goes on in spite of its aborted signal. */
const CLOSE_GRACE_MS = 2_000;

type Deliver = (batch: RawBatch, isLost: () => boolean) => Promise<void>;

/** One subscription as its groups see it: takes batches until it is closed. */
export class Member {
  readonly batchMax: number;
  readonly #deliver: Deliver;
  readonly #closing: AbortController;
  readonly #abandoning = new AbortController();
  readonly #inHand = new Set<Promise<boolean>>();

  private constructor(batchMax: number, closing: AbortController, deliverBatch: Deliver) {
    this.batchMax = batchMax;
    this.#closing = closing;
    this.#deliver = deliverBatch;
    // Every partition in hand listens.
    setMaxListeners(0, closing.signal, this.#abandoning.signal);
  }

  static create<T>(options: SubscribeOptions<T>, bury: (letter: DeadLetter) => Promise<void>): Member {
    const closing = new AbortController();
    return new Member(options.batchMax ?? BATCH_MAX_DEFAULT, closing, (batch, isLost) =>
      deliver(batch, options, { signal: closing.signal, isLost, bury }),
    );
  }

  /** Resolves with whether the batch was handled and may be committed. */
  async take(batch: RawBatch, isLost: () => boolean): Promise<boolean> {
    const handled = unlessAborted(this.#deliver(batch, isLost), this.#abandoning.signal).catch(() => false);
    this.#inHand.add(handled);
    const isHandled = await handled;
    this.#inHand.delete(handled);
    return isHandled;
  }

  /** Waits for what is in hand, though not for ever; what is abandoned goes to another member. */
  async close(): Promise<void> {
    this.#closing.abort();
    const idle = Promise.all(this.#inHand).then(() => undefined);
    if (!(await endsWithin(CLOSE_GRACE_MS, idle))) {
      this.#abandoning.abort();
    }
  }
}
