import type { DeltaPayload, DepthPayload } from '@quotefleet/contracts/shapes';

/** A price in yuan and what is offered or wanted at it, shares. */
export interface BookLevel {
  price: number;
  volume: number;
}

/**
 * The order book of one instrument, out of whole books and of deltas upon them.
 *
 * A delta fits upon the book of its `prevSeq` only. One that does not fit breaks the book, which then takes nothing but
 * a whole one.
 */
export class OrderBook {
  #bids: BookLevel[] = [];
  #asks: BookLevel[] = [];
  #state: Pick<DepthPayload, 'symbol' | 'ts' | 'seq' | 'epoch'> | undefined;

  /** Best, that is highest, first. */
  get bids(): readonly BookLevel[] {
    return this.#bids;
  }

  /** Best, that is lowest, first. */
  get asks(): readonly BookLevel[] {
    return this.#asks;
  }

  /** Of which moment it is, ms since the epoch, UTC; undefined while it is broken, or before the first. */
  get ts(): number | undefined {
    return this.#state?.ts;
  }

  get seq(): number | undefined {
    return this.#state?.seq;
  }

  get isWhole(): boolean {
    return this.#state !== undefined;
  }

  replace({ symbol, ts, seq, epoch, bidPrices, bidVolumes, askPrices, askVolumes }: DepthPayload): void {
    this.#bids = sideOf(bidPrices, bidVolumes).sort(highestFirst);
    this.#asks = sideOf(askPrices, askVolumes).sort(lowestFirst);
    this.#state = { symbol, ts, seq, epoch };
  }

  /** False where the delta is not upon this book: the book is broken then. */
  apply({ symbol, ts, seq, epoch, bids, asks }: DeltaPayload, prevSeq: number | undefined): boolean {
    const state = this.#state;
    if (!state || prevSeq !== state.seq || epoch !== state.epoch) {
      this.break();
      return false;
    }
    this.#bids = changed(this.#bids, bids).sort(highestFirst);
    this.#asks = changed(this.#asks, asks).sort(lowestFirst);
    this.#state = { symbol, ts, seq, epoch };
    return true;
  }

  /** What is missed makes it a book of nothing that ever was. */
  break(): void {
    this.#state = undefined;
  }

  /** The whole book as the protocol has it; undefined while it is broken. */
  toDepth(): DepthPayload | undefined {
    if (!this.#state) return undefined;
    return {
      ...this.#state,
      bidPrices: this.#bids.map(({ price }) => price),
      bidVolumes: this.#bids.map(({ volume }) => volume),
      askPrices: this.#asks.map(({ price }) => price),
      askVolumes: this.#asks.map(({ volume }) => volume),
    };
  }
}

/** A side that is not full comes padded with levels of nothing. */
function sideOf(prices: readonly number[], volumes: readonly number[]): BookLevel[] {
  return prices.map((price, index) => ({ price, volume: volumes[index] ?? 0 })).filter(({ volume }) => volume > 0);
}

function changed(side: readonly BookLevel[], changes: DeltaPayload['bids']): BookLevel[] {
  const levels = new Map(side.map((level) => [level.price, level]));
  for (const [price, volume] of changes) {
    if (volume === 0) levels.delete(price);
    else levels.set(price, { price, volume });
  }
  return [...levels.values()];
}

function highestFirst(a: BookLevel, b: BookLevel): number {
  return b.price - a.price;
}

function lowestFirst(a: BookLevel, b: BookLevel): number {
  return a.price - b.price;
}
