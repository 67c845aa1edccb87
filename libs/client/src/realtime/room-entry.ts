import type { GapPayload, RoomRequest, RoomResult, ServerMessage } from '@quotefleet/contracts/shapes';
import type { QuotefleetError } from '../client-error.ts';
import { type AnyMessage, isWildcard, type Origin } from './messages.ts';
import { RoomFeed, type RoomFeedOptions } from './room-feed.ts';
import type { Consumer, Terms } from './subscription.ts';

export type Wish = Pick<RoomRequest, 'room' | 'mode' | 'maxHz'>;
export type FeedSettings = Pick<RoomFeedOptions, 'repair' | 'holdMax' | 'holdMs' | 'counts'>;

/** A room, or a wildcard's rooms, that this client is in, and everybody who takes what comes. */
export class RoomEntry {
  readonly wish: Wish;
  readonly consumers = new Set<Consumer>();
  readonly #settings: FeedSettings;
  readonly #renew: () => void;
  readonly #feeds = new Map<string, RoomFeed>();
  #terms: Terms;
  #newestTs = 0;

  constructor(wish: Wish, result: RoomResult, settings: FeedSettings, renew: () => void) {
    this.wish = wish;
    this.#settings = settings;
    this.#renew = renew;
    this.#terms = termsOf(wish, result);
  }

  get terms(): Terms {
    return this.#terms;
  }

  /** What to ask a new connection for. */
  request(): RoomRequest {
    const { room } = this.#terms;
    // Positions in the many rooms of a wildcard cannot be told: all of them go on from the newest moment.
    const resume = isWildcard(room) ? undefined : this.#feeds.get(room)?.position;
    const since = isWildcard(room) && this.#newestTs > 0 ? this.#newestTs : undefined;
    // By the name it was asked for: `user` is answered as the room of one user, which nobody can ask for.
    return { ...this.wish, ...(resume ? { resume } : {}), ...(since === undefined ? {} : { since }) };
  }

  /** Takes the answer to such a request; `isAgain` where the room was joined before. */
  accept(result: RoomResult, isAgain = false): void {
    const { mode } = this.#terms;
    this.#terms = termsOf(this.wish, result);
    // Another mode is another chain of messages.
    if (this.#terms.mode !== mode) {
      this.interrupt();
      this.#feeds.clear();
    }
    for (const message of result.missed ?? []) this.take(message, 'resumed');
    if (isAgain && result.snapshot) this.#feedOf(result.snapshot.room).admit(result.snapshot);
    if (result.snapshot) this.take(result.snapshot, 'snapshot', result.gap?.reason);
  }

  take(message: ServerMessage, origin: Origin, reason?: GapPayload['reason']): void {
    // Those that stand for themselves may be older than they say.
    if (message.prevSeq !== undefined) this.#newestTs = Math.max(this.#newestTs, message.ts);
    this.#feedOf(message.room).take(message, origin, reason);
  }

  /** Lets somebody in, who starts from what the others had last. */
  join(consumer: Consumer): void {
    this.consumers.add(consumer);
    for (const feed of this.#feeds.values()) {
      const message = feed.snapshot();
      if (message) consumer.take({ ...message, origin: 'snapshot' });
    }
  }

  /** Whether nothing but a whole book is waited for. */
  get isBroken(): boolean {
    return this.#feeds.get(this.#terms.room)?.isBroken === true;
  }

  /** Tells everybody that whether the room is up to date has changed. */
  turn(): void {
    for (const consumer of this.consumers) consumer.turn?.();
  }

  interrupt(): void {
    for (const feed of this.#feeds.values()) feed.interrupt();
  }

  end(error: QuotefleetError): void {
    this.interrupt();
    for (const consumer of this.consumers) consumer.end(error);
    this.consumers.clear();
  }

  #feedOf(room: string): RoomFeed {
    let feed = this.#feeds.get(room);
    if (!feed) {
      const { mode } = this.#terms;
      const emit = (message: AnyMessage) => {
        for (const consumer of this.consumers) consumer.take(message);
      };
      feed = new RoomFeed({ ...this.#settings, room, mode, emit, renew: this.#renew, turn: () => this.turn() });
      this.#feeds.set(room, feed);
    }
    return feed;
  }
}

function termsOf({ mode }: Wish, result: RoomResult): Terms {
  return {
    room: result.room ?? result.requested,
    mode: result.mode ?? mode ?? 'raw',
    maxHz: result.maxHz,
    delaySeconds: result.delaySeconds ?? 0,
  };
}
