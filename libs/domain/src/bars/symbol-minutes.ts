import type { Bar, Tick } from './bar.ts';
import type { BarUpdate } from './bar-update.ts';
import { amountBetween, DAY_START, type DayState, highSince, lowSince, openingPrice } from './day-state.ts';

const NONE = 0;

/** What the builder keeps of one symbol; flat numbers, since every snapshot of the market passes here. */
export class SymbolMinutes implements DayState {
  readonly symbol: string;
  /** Whether the day was followed from its start or seeded. */
  known = false;
  day = Number.NEGATIVE_INFINITY;
  ts = Number.NEGATIVE_INFINITY;
  seq = 0;
  epoch = '';

  volume = 0;
  amount = 0;
  last = 0;
  high = 0;
  low = 0;

  /** End of the minute whose bar is open, or 0. */
  minuteEnd = NONE;
  /** End of the newest minute that was closed. */
  closedEnd = NONE;
  /** End of a minute whose bar only storage can tell, or 0. */
  unsureMinute = NONE;
  #open = 0;
  #high = 0;
  #low = 0;
  #volumeBefore = 0;
  #amountBefore = 0;

  constructor(symbol: string) {
    this.symbol = symbol;
  }

  isOutOfOrder(tick: Tick): boolean {
    return tick.ts < this.ts || (tick.epoch === this.epoch && tick.seq <= this.seq);
  }

  isDuplicate(tick: Tick): boolean {
    return tick.ts === this.ts && tick.seq === this.seq && tick.epoch === this.epoch;
  }

  follow(tick: Tick): void {
    this.known = true;
    this.ts = tick.ts;
    this.seq = tick.seq;
    this.epoch = tick.epoch;
  }

  startDay(day: number, out: BarUpdate[]): void {
    this.closeMinute(out);
    this.day = day;
    this.remember(DAY_START);
  }

  remember(state: DayState): void {
    this.volume = state.volume;
    this.amount = state.amount;
    this.last = state.last;
    this.high = state.high;
    this.low = state.low;
  }

  /** Takes up a bar that the remembered state was the last to change. */
  resume(bar: Bar): void {
    if (bar.final) {
      this.closedEnd = bar.ts;
      return;
    }
    this.minuteEnd = bar.ts;
    this.#open = bar.open;
    this.#high = bar.high;
    this.#low = bar.low;
    this.#volumeBefore = this.volume - bar.volume;
    this.#amountBefore = this.amount - bar.amount;
  }

  /** A snapshot with trades of the day's newest minute. */
  trade(tick: Tick, minuteEnd: number, out: BarUpdate[]): void {
    if (minuteEnd <= this.closedEnd || minuteEnd === this.unsureMinute) {
      out.push({ late: true, symbol: this.symbol, minuteEnd });
    } else {
      this.#extendBar(tick, minuteEnd);
      out.push(this.#bar(tick.last, tick.volume, tick.amount, false));
    }
    this.remember(tick);
  }

  /** An older snapshot changes its own minute, and the open bar unless it is from before that bar's start. */
  reportDisorder(tick: Tick, minuteEnd: number, out: BarUpdate[]): void {
    out.push({ late: true, symbol: this.symbol, minuteEnd });
    if (this.minuteEnd === NONE) return;
    if (minuteEnd === this.minuteEnd || tick.volume > this.#volumeBefore) {
      this.unsureMinute = this.minuteEnd;
      this.minuteEnd = NONE;
    }
  }

  isPending(): boolean {
    return this.minuteEnd !== NONE || this.unsureMinute !== NONE;
  }

  pendingEnd(): number {
    return this.unsureMinute === NONE ? this.minuteEnd : this.unsureMinute;
  }

  /** Ends the open minute: with its final bar, or with a last call to rebuild it. */
  closeMinute(out: BarUpdate[]): void {
    if (this.unsureMinute !== NONE) {
      out.push({ late: true, symbol: this.symbol, minuteEnd: this.unsureMinute });
      this.closedEnd = this.unsureMinute;
      this.unsureMinute = NONE;
    } else if (this.minuteEnd !== NONE) {
      out.push(this.#bar(this.last, this.volume, this.amount, true));
      this.closedEnd = this.minuteEnd;
    }
    this.minuteEnd = NONE;
  }

  #extendBar(tick: Tick, minuteEnd: number): void {
    if (this.minuteEnd !== minuteEnd) {
      this.minuteEnd = minuteEnd;
      this.#open = openingPrice(this, tick);
      this.#high = this.#open;
      this.#low = this.#open;
      this.#volumeBefore = this.volume;
      this.#amountBefore = this.amount;
    }
    const high = highSince(this, tick);
    const low = lowSince(this, tick);
    if (high > this.#high) this.#high = high;
    if (low < this.#low) this.#low = low;
  }

  #bar(close: number, volume: number, amount: number, final: boolean): Bar {
    return {
      symbol: this.symbol,
      period: '1m',
      ts: this.minuteEnd,
      open: this.#open,
      high: this.#high,
      low: this.#low,
      close,
      volume: volume - this.#volumeBefore,
      amount: amountBetween(this.#amountBefore, amount),
      final,
    };
  }
}
