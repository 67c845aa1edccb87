import { shanghaiTimeOfDayMs } from '../calendar/instant.ts';
import { dayNumberAt } from '../calendar/trade-date.ts';
import { minuteBarEnd } from '../sessions/minute-label.ts';
import { MORNING_OPEN } from '../sessions/session-times.ts';
import type { Bar, Tick } from './bar.ts';
import type { BarUpdate } from './bar-update.ts';
import { DAY_START, hasTraded, stateAfter } from './day-state.ts';
import { SymbolMinutes } from './symbol-minutes.ts';

export interface MinuteBarBuilderOptions {
  /** How long after its end a bar waits for snapshots before `advance` closes it, ms. */
  graceMs?: number;
}

/** Level-1 snapshots come every three seconds. */
const DEFAULT_GRACE_MS = 3_000;

/**
 * Makes one-minute bars from cumulative snapshots, for any number of symbols.
 *
 * Volume and amount are differences of the day's; a day starts from 0; minutes without trades make no bar. Each
 * update is a new object, so callers may keep it. A symbol first seen after 09:30 with trades already made is
 * reported late for that minute, unless it was seeded; so are further trades of a minute that became unsure.
 */
export class MinuteBarBuilder {
  readonly #symbols = new Map<string, SymbolMinutes>();
  readonly #graceMs: number;

  constructor(options: MinuteBarBuilderOptions = {}) {
    this.#graceMs = options.graceMs ?? DEFAULT_GRACE_MS;
  }

  /**
   * Takes a snapshot in. The same (ts, seq) again is ignored.
   * @param out receives the updates, so that a hot caller can reuse one array.
   * @returns `out`: final bars of minutes that are over, then the provisional bar of the snapshot's minute.
   */
  add(tick: Tick, out: BarUpdate[] = []): BarUpdate[] {
    let minutes = this.#symbols.get(tick.symbol);
    if (minutes === undefined) {
      minutes = new SymbolMinutes(tick.symbol);
      this.#symbols.set(tick.symbol, minutes);
    }
    const minuteEnd = minuteBarEnd(tick.ts);
    if (tick.ts <= minutes.ts && minutes.isOutOfOrder(tick)) {
      if (!minutes.isDuplicate(tick) && minuteEnd !== undefined) minutes.reportDisorder(tick, minuteEnd, out);
      return out;
    }
    const day = dayNumberAt(tick.ts);
    const isFirstEver = !minutes.known;
    if (day !== minutes.day) minutes.startDay(day, out);
    minutes.follow(tick);
    if (minutes.isPending() && (minuteEnd === undefined || minuteEnd > minutes.pendingEnd())) minutes.closeMinute(out);
    if (minuteEnd === undefined || !hasTraded(minutes, tick)) return out;

    if (isFirstEver && shanghaiTimeOfDayMs(minuteEnd) > MORNING_OPEN) minutes.unsureMinute = minuteEnd;
    minutes.trade(tick, minuteEnd, out);
    return out;
  }

  /**
   * Restores a symbol after a restart.
   * @param previousTick the last snapshot taken in; without it the day counts as untraded so far.
   * @param openBar the newest bar, which `previousTick` was the last to change. Without it the minute of
   * `previousTick` is reported late when it trades on.
   */
  seed(symbol: string, previousTick?: Tick, openBar?: Bar): void {
    const minutes = new SymbolMinutes(symbol);
    minutes.known = true;
    this.#symbols.set(symbol, minutes);
    if (!previousTick) return;
    minutes.day = dayNumberAt(previousTick.ts);
    minutes.follow(previousTick);
    minutes.remember(stateAfter(previousTick));
    if (openBar) minutes.resume(openBar);
    else if (hasTraded(DAY_START, previousTick)) minutes.unsureMinute = minuteBarEnd(previousTick.ts) ?? 0;
  }

  /**
   * Closes the bars whose minute and grace are over, for symbols that fell silent.
   * @param watermarkMs the event time reached, ms since the epoch.
   */
  advance(watermarkMs: number, out: BarUpdate[] = []): BarUpdate[] {
    const closable = watermarkMs - this.#graceMs;
    for (const minutes of this.#symbols.values()) {
      if (minutes.isPending() && minutes.pendingEnd() <= closable) minutes.closeMinute(out);
    }
    return out;
  }
}
