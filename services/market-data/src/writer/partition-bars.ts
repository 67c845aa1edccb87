import type { BarPayload, TickPayload } from '@quotefleet/contracts';
import {
  type Bar,
  type BarUpdate,
  dailyBarFromTick,
  MinuteBarBuilder,
  minuteBarEnd,
  shanghaiMs,
  toTradeDate,
} from '@quotefleet/domain';
import { ChangedBars } from './changed-bars.ts';
import type { TickHistory } from './tick-history.ts';

/** Ticks come every three seconds: a minute that long past gets none any more, as a rule. */
const GRACE_MS = 5000;
/** Between the close and the first after-hours trade, 15:05: the day's bar is settled. */
const CLOSE_SETTLED_MS = (15 * 60 + 5) * 60_000;
const DAY_MS = 86_400_000;
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

interface SymbolState {
  /** The newest tick that was taken up. */
  newest: TickPayload;
  /** Day number in Shanghai of the newest tick. */
  day: number;
  /** Whether the day's bar may still change. */
  dayOpen: boolean;
}

/** The bars of the symbols of one partition of the tick topic, in the order of its ticks. */
export class PartitionBars {
  readonly #history: TickHistory;
  readonly #builder = new MinuteBarBuilder({ graceMs: GRACE_MS });
  readonly #symbols = new Map<string, SymbolState>();
  readonly #updates: BarUpdate[] = [];
  #watermark = 0;

  constructor(history: TickHistory) {
    this.#history = history;
  }

  /**
   * Takes ticks in that are stored already.
   * @returns what they changed, the newest state of each bar once.
   */
  async apply(ticks: readonly TickPayload[]): Promise<BarPayload[]> {
    const changed = new ChangedBars();
    const late = new Map<string, number>();
    await this.#takeUpNewSymbols(ticks);
    const touched = new Set<SymbolState>();
    for (const tick of ticks) {
      this.#builder.add(tick, this.#updates);
      this.#drain(changed, late);
      const state = this.#follow(tick, changed);
      if (state) touched.add(state);
    }
    this.#builder.advance(this.#watermark, this.#updates);
    this.#drain(changed, late);
    for (const state of touched) this.#putDay(state, changed);
    this.#closeDays(changed);
    for (const [symbol, minuteEnd] of late) await this.#rebuild(symbol, minuteEnd, changed);
    return changed.toPayloads((symbol) => this.#symbols.get(symbol)?.newest);
  }

  /** Begins to follow symbols from what is stored of them. */
  async #takeUpNewSymbols(ticks: readonly TickPayload[]): Promise<void> {
    const first = new Map<string, TickPayload>();
    for (const tick of ticks) {
      if (!this.#symbols.has(tick.symbol) && !first.has(tick.symbol)) first.set(tick.symbol, tick);
    }
    await Promise.all([...first.values()].map((tick) => this.#takeUp(tick)));
  }

  async #takeUp(tick: TickPayload): Promise<void> {
    const previous = await this.#history.before(tick);
    this.#builder.seed(tick.symbol, previous, previous && (await this.#history.openBar(previous)));
    const newest = previous ?? tick;
    this.#symbols.set(tick.symbol, { newest, day: dayOf(newest), dayOpen: previous !== undefined });
  }

  #drain(changed: ChangedBars, late: Map<string, number>): void {
    for (const update of this.#updates) {
      if (update.late) late.set(update.symbol, Math.min(update.minuteEnd, late.get(update.symbol) ?? update.minuteEnd));
      else changed.put(update);
    }
    this.#updates.length = 0;
  }

  #follow(tick: TickPayload, changed: ChangedBars): SymbolState | undefined {
    const state = this.#symbols.get(tick.symbol);
    if (!state || tick.ts < state.newest.ts) return undefined;
    const day = dayOf(tick);
    if (day !== state.day) {
      this.#closeDay(state, changed);
      state.day = day;
    }
    state.newest = tick;
    state.dayOpen = true;
    if (tick.ts > this.#watermark) this.#watermark = tick.ts;
    return state;
  }

  #putDay({ newest }: SymbolState, changed: ChangedBars): void {
    const bar = dailyBarFromTick(newest);
    if (bar) changed.put(bar);
  }

  #closeDays(changed: ChangedBars): void {
    for (const state of this.#symbols.values()) {
      if (state.dayOpen && this.#watermark >= shanghaiMs(toTradeDate(state.newest.ts)) + CLOSE_SETTLED_MS)
        this.#closeDay(state, changed);
    }
  }

  #closeDay(state: SymbolState, changed: ChangedBars): void {
    const bar = state.dayOpen ? dailyBarFromTick(state.newest) : undefined;
    if (bar) changed.put({ ...bar, final: true });
    state.dayOpen = false;
  }

  /** The bars of a symbol from a minute on, from storage, after a tick out of order. */
  async #rebuild(symbol: string, minuteEnd: number, changed: ChangedBars): Promise<void> {
    const newest = this.#symbols.get(symbol)?.newest;
    if (!newest) return;
    const bars: Bar[] = await this.#history.minuteBars(minuteEnd, newest, this.#watermark - GRACE_MS);
    for (const bar of bars) changed.put(bar);
    const open = bars.at(-1);
    this.#builder.seed(symbol, newest, open?.ts === minuteBarEnd(newest.ts) ? open : undefined);
  }
}

function dayOf({ ts }: TickPayload): number {
  return Math.floor((ts + SHANGHAI_OFFSET_MS) / DAY_MS);
}
