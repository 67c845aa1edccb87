import type { Mode } from '@quotefleet/contracts/shapes';
import type { DataOfRoom } from './messages.ts';
import { type BookLevel, OrderBook } from './order-book.ts';

export interface BookOptions {
  /** `raw`: every change; `merge`: the newest book at most `maxHz` times a second. */
  mode?: Mode;
  maxHz?: number;
  /** The book changed, or stopped being right. */
  onChange?: (book: LiveBook) => void;
}

/** The order book of one instrument, kept up to date while the client is connected. Prices in yuan, volumes in shares. */
export interface LiveBook {
  readonly symbol: string;
  /** Whether it is what the market shows: not while there is no connection, nor after a gap until it is whole again. */
  readonly isLive: boolean;
  /** Best first. */
  readonly bids: readonly BookLevel[];
  /** Best first. */
  readonly asks: readonly BookLevel[];
  /** Of which moment it is, ms since the epoch, UTC; undefined while no book is known. */
  readonly ts: number | undefined;
  readonly seq: number | undefined;
  close(): Promise<void>;
}

/** A live book and what feeds it. */
export class BookKeeper {
  readonly #book = new OrderBook();

  take(message: DataOfRoom<`depth:${string}`>): void {
    if (message.type === 'depth') this.#book.replace(message.payload);
    else this.#book.apply(message.payload, message.prevSeq);
  }

  break(): void {
    this.#book.break();
  }

  /** What its user sees of it. */
  view(options: { symbol: string; isCurrent: () => boolean; close: () => Promise<void> }): LiveBook {
    const book = this.#book;
    const { symbol, isCurrent, close } = options;
    return {
      symbol,
      get isLive() {
        return book.isWhole && isCurrent();
      },
      get bids() {
        return book.bids;
      },
      get asks() {
        return book.asks;
      },
      get ts() {
        return book.ts;
      },
      get seq() {
        return book.seq;
      },
      close,
    };
  }
}
