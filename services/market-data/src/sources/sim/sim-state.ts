import type { LiveDay } from './live/live-day.ts';
import { restoreRow, toRow } from './live/live-security.ts';

/** Changes whenever a row, a slot or the universe means something else. */
export const STATE_VERSION = 1;

/** A checkpoint of the simulated exchange: plain JSON, some 100 KB for the whole universe. */
export interface SimState {
  version: number;
  seed: number;
  epoch: string;
  date: string;
  /** The instant up to which the exchange was stepped, ms. */
  time: number;
  /** The slot of the day, and how many of its publishers are done. */
  slot: number;
  turn: number;
  /** The last sequence number by symbol. */
  sequence: Record<string, number>;
  /** The numbers of every security by symbol. */
  securities: Record<string, number[]>;
  /** Last, open, high and low of every index by symbol. */
  indices: Record<string, number[]>;
  /** The start that was asked of the driver; another one begins a new run. */
  startedFrom?: string;
}

/** The state was saved by another version or for another universe. */
export class SimStateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SimStateError';
  }
}

export function saveDay({ publishers }: LiveDay): Pick<SimState, 'securities' | 'indices'> {
  const securities: Record<string, number[]> = {};
  const indices: Record<string, number[]> = {};
  for (const { symbol, security, index } of publishers) {
    if (security) securities[symbol] = toRow(security);
    if (index) indices[symbol] = [index.last, index.open, index.high, index.low];
  }
  return { securities, indices };
}

/** Puts a saved day into a newly opened one of the same seed, date and universe. */
export function restoreDay({ publishers }: LiveDay, state: SimState): void {
  if (state.version !== STATE_VERSION) {
    throw new SimStateError(`expected a state of version ${STATE_VERSION}, was ${state.version}`);
  }
  const saved = Object.keys(state.securities).length + Object.keys(state.indices).length;
  if (saved !== publishers.length) {
    throw new SimStateError(`expected the state of ${publishers.length} instruments, was of ${saved}`);
  }
  for (const { symbol, security, index } of publishers) {
    const row = security ? state.securities[symbol] : state.indices[symbol];
    if (!row) throw new SimStateError(`expected the state of ${symbol}, was missing`);
    if (security) restoreRow(security, row);
    if (index) {
      const [last = 0, open = 0, high = 0, low = 0] = row;
      Object.assign(index, { last, open, high, low });
    }
  }
}
