import type { TickPayload } from '@quotefleet/contracts';
import { type Bar, toTradeDate } from '@quotefleet/domain';

/** When the four snapshots of a daily bar fall, ms after midnight: 09:25, 10:30, 14:00, 15:00. */
const DAY_TIMES_MS = [565, 630, 840, 900].map((minutes) => minutes * 60_000);
/** How long before the minute's end the four snapshots of a minute bar fall. */
const MINUTE_LEADS_MS = [45_000, 30_000, 15_000, 0];

interface SymbolState {
  date: string;
  seq: number;
  preClose: number;
  open: number;
  high: number;
  low: number;
  last: number;
  volume: number;
  amount: number;
}

/**
 * Snapshots that trade bars again: open, the two extremes, close, a quarter of the volume each, so that the bars built
 * of them equal the bars replayed. Books are not known and left empty.
 */
export class BarTicks {
  readonly #epoch: string;
  readonly #states = new Map<string, SymbolState>();

  constructor(epoch: string) {
    this.#epoch = epoch;
  }

  /** The snapshots of a bar; bars of one symbol are to come in order. */
  next(bar: Bar): TickPayload[] {
    const state = this.#stateOf(bar);
    const { volume, amount } = state;
    const prices = extremesInPlausibleOrder(bar);
    return prices.map((last, index) => {
      const part = (index + 1) / prices.length;
      state.seq += 1;
      state.last = last;
      state.high = Math.max(state.high, last);
      state.low = Math.min(state.low, last);
      state.volume = volume + Math.round(bar.volume * part);
      state.amount = amount + bar.amount * part;
      return this.#tick(bar.symbol, timeOf(bar, index), state);
    });
  }

  #stateOf(bar: Bar): SymbolState {
    const date = toTradeDate(bar.ts);
    const before = this.#states.get(bar.symbol);
    if (before?.date === date) return before;
    const { open } = bar;
    const fresh = { date, open, high: open, low: open, last: open, volume: 0, amount: 0 };
    const state = { ...fresh, seq: before?.seq ?? 0, preClose: before?.last ?? open };
    this.#states.set(bar.symbol, state);
    return state;
  }

  #tick(symbol: string, ts: number, state: SymbolState): TickPayload {
    const { seq, preClose, open, high, low, last, volume, amount } = state;
    const book = { bidPrices: [], bidVolumes: [], askPrices: [], askVolumes: [] };
    const prices = { last, open, high, low, preClose };
    return {
      symbol,
      ts,
      seq,
      epoch: this.#epoch,
      ...prices,
      volume,
      amount,
      ...book,
      source: 'replay',
      receivedTs: ts,
    };
  }
}

/** A rising bar is taken to have seen its low first, a falling one its high. */
function extremesInPlausibleOrder({ open, high, low, close }: Bar): number[] {
  return close >= open ? [open, low, high, close] : [open, high, low, close];
}

function timeOf(bar: Bar, index: number): number {
  return bar.period === '1d' ? bar.ts + (DAY_TIMES_MS[index] ?? 0) : bar.ts - (MINUTE_LEADS_MS[index] ?? 0);
}
