import type { TickPayload } from '@quotefleet/contracts';

const LEVELS = 5;
const TICK_SIZE = 0.01;
const PRICE = 10;
/** What prices walk up and down over, in tick sizes. */
const WALK = 50;
const STEP_SHARES = 100;

/** Makes ticks of symbols in turn, each with a sequence of its own and a book of five levels. */
export class TickMaker {
  readonly #symbols: readonly string[];
  readonly #epoch: string;
  readonly #seqs: number[];
  #next = 0;

  constructor(symbols: readonly string[], epoch: string) {
    this.#symbols = symbols;
    this.#epoch = epoch;
    this.#seqs = symbols.map(() => 0);
  }

  next(ts: number): TickPayload {
    const index = this.#next;
    this.#next = (index + 1) % this.#symbols.length;
    const seq = (this.#seqs[index] ?? 0) + 1;
    this.#seqs[index] = seq;
    const last = round(PRICE + Math.abs((seq % (2 * WALK)) - WALK) * TICK_SIZE);
    const level = (side: number) => Array.from({ length: LEVELS }, (_, n) => round(last + side * (n + 1) * TICK_SIZE));
    const volumes = Array.from({ length: LEVELS }, (_, n) => (((seq + n) % 90) + 1) * STEP_SHARES);
    return {
      symbol: this.#symbols[index] ?? '',
      ...{ ts, seq, epoch: this.#epoch, last },
      ...{ open: PRICE, high: round(PRICE + WALK * TICK_SIZE), low: PRICE, preClose: PRICE },
      ...{ volume: seq * STEP_SHARES, amount: seq * STEP_SHARES * PRICE },
      ...{ bidPrices: level(-1), bidVolumes: volumes, askPrices: level(1), askVolumes: volumes },
      ...{ phase: 'continuous', source: 'loadtest', receivedTs: ts },
    };
  }
}

function round(price: number): number {
  return Math.round(price * 100) / 100;
}
