import type { BarPayload, BarView, TickPayload, TradePayload } from '@quotefleet/contracts';
import { QuotefleetError } from '../client-error.ts';
import { sleep } from '../sleep.ts';
import {
  fillWithBars,
  fillWithTicks,
  fillWithTrades,
  type Hole,
  isFilled,
  type LastBar,
  type Piece,
} from './gap-plan.ts';

/** Where what was missed is read from. `from` and `to` in ms since the epoch, both included. */
export interface StoredSeries {
  ticks(symbol: string, range: StoredRange, signal: AbortSignal): Promise<TickPayload[]>;
  trades(symbol: string, range: StoredRange, signal: AbortSignal): Promise<TradePayload[]>;
  bars(symbol: string, period: BarPayload['period'], range: StoredRange, signal: AbortSignal): Promise<BarView[]>;
}

export interface StoredRange {
  from: number;
  to: number | undefined;
}

/** Fills a hole of a room; rejects where nothing can be had. */
export interface GapRepair {
  ticks(symbol: string, hole: Hole, signal: AbortSignal): Promise<Piece<TickPayload>[]>;
  trades(symbol: string, hole: Hole, signal: AbortSignal): Promise<Piece<TradePayload>[]>;
  bars(last: LastBar, hole: Hole, signal: AbortSignal): Promise<Piece<BarPayload>[]>;
}

/** Ticks are stored a moment after they are pushed. */
const WAITS_MS = [0, 300, 700, 1500, 2500];
/** Repairs at a time: a client that lost a whole market must not storm the API. */
const AT_ONCE_MAX = 4;

/** Repairs by what is stored, asking again while something that should be there is not. */
export function createGapRepair(series: StoredSeries, waitsMs: readonly number[] = WAITS_MS): GapRepair {
  const turns = new Turns(AT_ONCE_MAX);
  return {
    ticks: (symbol, hole, signal) =>
      turns.run(signal, () =>
        persist(hole, signal, waitsMs, async (range) => fillWithTicks(hole, await series.ticks(symbol, range, signal))),
      ),
    trades: (symbol, hole, signal) =>
      turns.run(signal, () =>
        persist(hole, signal, waitsMs, async (range) =>
          fillWithTrades(hole, await series.trades(symbol, range, signal)),
        ),
      ),
    bars: (last, hole, signal) =>
      turns.run(signal, async () => {
        const range = { from: last.ts, to: hole.beforeTs };
        return fillWithBars(hole, last, await series.bars(last.symbol, last.period, range, signal));
      }),
  };
}

/** Asks again until the hole is filled, or there is no time left. */
async function persist<T>(
  { afterTs, beforeTs }: Hole,
  signal: AbortSignal,
  waitsMs: readonly number[],
  ask: (range: StoredRange) => Promise<Piece<T>[]>,
): Promise<Piece<T>[]> {
  let best: Piece<T>[] | undefined;
  for (const [attempt, waitMs] of waitsMs.entries()) {
    try {
      await sleep(waitMs, signal);
      // Answers are cached for some seconds: another range is another question.
      best = await ask({ from: afterTs - attempt, to: beforeTs });
    } catch (error) {
      if (best && signal.aborted) return best;
      if (!canPass(error)) throw error;
    }
    if (best && isFilled(best)) return best;
  }
  if (!best) throw new QuotefleetError('UNAVAILABLE', 'what is stored cannot be had');
  return best;
}

function canPass(error: unknown): boolean {
  return error instanceof QuotefleetError && ['NETWORK', 'UNAVAILABLE', 'TIMEOUT', 'BAD_GATEWAY'].includes(error.code);
}

/** Lets so many run at a time, the others in the order they came. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free -= 1;
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
