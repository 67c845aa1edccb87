import type { BarPayload, TickPayload } from '@quotefleet/contracts';
import { type Bar, type BarUpdate, dailyBarFromTick, MinuteBarBuilder, minuteBarEnd } from '@quotefleet/domain';
import type { TickHistory } from './tick-history.ts';

/** Ticks come every three seconds: a minute that long past gets none any more, as a rule. */
const GRACE_MS = 5000;
/** Between the close and the first after-hours trade: the day's bar is settled. */
const CLOSE_SETTLED_MS = (15 * 60 + 5) * 60_000;

/** The bars of the symbols of one partition of the tick topic, in the order of its ticks. */
export class PartitionBars {
  readonly #history: TickHistory;
  readonly #builder = new MinuteBarBuilder({ graceMs: GRACE_MS });
  /** The newest tick of each symbol that was taken up. */
  readonly #newest = new Map<string, TickPayload>();
  /** Daily bars that may still change. */
  readonly #openDays = new Map<string, Bar>();
  #watermark = 0;

  constructor(history: TickHistory) {
    this.#history = history;
  }

  /**
   * Takes ticks in that are stored already.
   * @returns what they changed, the newest state of each bar once.
   */
  async apply(ticks: readonly TickPayload[]): Promise<BarPayload[]> {
    const changed = new Map<string, BarPayload>();
    const late = new Map<string, number>();
    const collect = (updates: readonly BarUpdate[]) => {
      for (const update of updates) {
        if (update.late)
          late.set(update.symbol, Math.min(update.minuteEnd, late.get(update.symbol) ?? update.minuteEnd));
        else this.#put(changed, update);
      }
    };
    for (const tick of ticks) {
      if (!this.#newest.has(tick.symbol)) await this.#takeUp(tick, changed);
      collect(this.#builder.add(tick));
      this.#follow(tick, changed);
    }
    collect(this.#builder.advance(this.#watermark));
    this.#closeDays(changed);
    for (const [symbol, minuteEnd] of late) await this.#rebuild(symbol, minuteEnd, changed);
    return [...changed.values()];
  }

  /** Begins to follow a symbol from what is stored of it. */
  async #takeUp(tick: TickPayload, changed: Map<string, BarPayload>): Promise<void> {
    const previous = await this.#history.before(tick);
    this.#builder.seed(tick.symbol, previous, previous && (await this.#history.openBar(previous)));
    if (previous) this.#follow(previous, changed);
  }

  #follow(tick: TickPayload, changed: Map<string, BarPayload>): void {
    const newest = this.#newest.get(tick.symbol);
    if (newest && tick.ts < newest.ts) return;
    this.#newest.set(tick.symbol, tick);
    if (tick.ts > this.#watermark) this.#watermark = tick.ts;
    const day = dailyBarFromTick(tick);
    const before = this.#openDays.get(tick.symbol);
    if (before && (!day || day.ts > before.ts) && tick.ts > before.ts + CLOSE_SETTLED_MS)
      this.#closeDay(before, changed);
    if (!day) return;
    this.#put(changed, day);
    if (day.final) this.#openDays.delete(tick.symbol);
    else this.#openDays.set(tick.symbol, day);
  }

  #closeDays(changed: Map<string, BarPayload>): void {
    for (const day of this.#openDays.values()) {
      if (this.#watermark >= day.ts + CLOSE_SETTLED_MS) this.#closeDay(day, changed);
    }
  }

  #closeDay(day: Bar, changed: Map<string, BarPayload>): void {
    this.#put(changed, { ...day, final: true });
    this.#openDays.delete(day.symbol);
  }

  /** The bars of a symbol from a minute on, from storage, after a tick out of order. */
  async #rebuild(symbol: string, minuteEnd: number, changed: Map<string, BarPayload>): Promise<void> {
    const newest = this.#newest.get(symbol);
    if (!newest) return;
    const bars = await this.#history.minuteBars(minuteEnd, newest, this.#watermark - GRACE_MS);
    for (const bar of bars) this.#put(changed, bar);
    const open = bars.at(-1);
    this.#builder.seed(symbol, newest, open?.ts === minuteBarEnd(newest.ts) ? open : undefined);
  }

  #put(changed: Map<string, BarPayload>, bar: Bar): void {
    const { seq, epoch } = this.#newest.get(bar.symbol) ?? { seq: 0, epoch: 'unknown' };
    changed.set(`${bar.period} ${bar.symbol} ${bar.ts}`, { ...bar, seq, epoch });
  }
}
