import type { BarPayload, BarView, TickPayload, TradePayload } from '@quotefleet/contracts/shapes';
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

/** Where what was missed is read from, page by page. `from` and `to` in ms since the epoch, both included. */
export interface StoredSeries {
  ticks(symbol: string, range: StoredRange, signal: AbortSignal): AsyncIterable<TickPayload[]>;
  trades(symbol: string, range: StoredRange, signal: AbortSignal): AsyncIterable<TradePayload[]>;
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
        persist<TickPayload>(hole, signal, waitsMs, {
          read: (range) => series.ticks(symbol, range, signal),
          fill: (rows) => fillWithTicks(hole, rows),
        }),
      ),
    trades: (symbol, hole, signal) =>
      turns.run(signal, () =>
        persist<TradePayload>(hole, signal, waitsMs, {
          read: (range) => series.trades(symbol, range, signal),
          fill: (rows) => fillWithTrades(hole, rows),
        }),
      ),
    bars: (last, hole, signal) =>
      turns.run(signal, async () => {
        const range = { from: last.ts, to: hole.beforeTs };
        return fillWithBars(hole, last, await series.bars(last.symbol, last.period, range, signal));
      }),
  };
}

interface Reading<T> {
  read: (range: StoredRange) => AsyncIterable<T[]>;
  fill: (rows: readonly T[]) => Piece<T>[];
}

/** Asks again until the hole is filled, or there is no time left: then it gives what was read so far. */
async function persist<T>(
  { afterTs, beforeTs }: Hole,
  signal: AbortSignal,
  waitsMs: readonly number[],
  { read, fill }: Reading<T>,
): Promise<Piece<T>[]> {
  let best: Piece<T>[] | undefined;
  for (const [attempt, waitMs] of waitsMs.entries()) {
    const rows: T[] = [];
    try {
      await sleep(waitMs, signal);
      // Answers are cached for some seconds: another range is another question.
      for await (const page of read({ from: afterTs - attempt, to: beforeTs })) rows.push(...page);
    } catch (error) {
      if (signal.aborted && (best || rows.length > 0)) return best ?? fill(rows);
      if (!canPass(error)) throw error;
      continue;
    }
    best = fill(rows);
    if (isFilled(best)) return best;
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
