import type { BarPayload } from '@quotefleet/contracts';
import {
  aggregateBars,
  isMinutePeriod,
  monthKey,
  type Period,
  periodBarEnd,
  toTradeDate,
  weekKey,
} from '@quotefleet/domain';

export type BasePeriod = '1m' | '1d';
export type DerivedPeriod = Exclude<Period, BasePeriod>;

/** Bars kept: those that make the present bar of the longest period and the one before it, for what amends them. */
export const PARTS_MAX = { '1m': 121, '1d': 47 } as const;

/** What bars of a period are made of. */
export function baseOf(period: DerivedPeriod): BasePeriod {
  return isMinutePeriod(period) ? '1m' : '1d';
}

export function isDerived(period: Period): period is DerivedPeriod {
  return period !== '1m' && period !== '1d';
}

/** Which bar of a period a shorter one belongs to: later ones compare as greater. */
export function groupOf(ts: number, period: DerivedPeriod): string | number {
  if (isMinutePeriod(period)) return periodBarEnd(ts, period);
  return period === '1w' ? weekKey(toTradeDate(ts)) : monthKey(toTradeDate(ts));
}

/** The newest minute bars, or daily bars, of one symbol in order of time. */
export class BarParts {
  readonly #max: number;
  #bars: BarPayload[] = [];
  /** Whether there is nothing before the first of them. */
  #isWhole = false;
  /** How far those came, in the newest epoch, that are not kept any more. */
  #dropped: { epoch: string; seq: number } | undefined;

  constructor(base: BasePeriod) {
    this.#max = PARTS_MAX[base];
  }

  get newest(): BarPayload | undefined {
    return this.#bars.at(-1);
  }

  /** Takes a bar in, in place of an earlier state of it. */
  put(bar: BarPayload): void {
    let at = this.#bars.length;
    while (at > 0 && (this.#bars[at - 1]?.ts ?? 0) > bar.ts) at -= 1;
    const isKnown = this.#bars[at - 1]?.ts === bar.ts;
    if (isKnown) this.#bars[at - 1] = bar;
    else this.#bars.splice(at, 0, bar);
    this.#dropOldest();
  }

  /**
   * Takes in what storage has of the newest bars; what the bus brought meanwhile is at least as new.
   * @param isAll whether storage has none before them
   */
  seed(bars: readonly BarPayload[], isAll: boolean): void {
    const known = new Set(this.#bars.map(({ ts }) => ts));
    this.#isWhole = isAll;
    this.#bars = [...bars.filter(({ ts }) => !known.has(ts)), ...this.#bars].sort((a, b) => a.ts - b.ts);
    this.#dropOldest();
  }

  #dropOldest(): void {
    const epoch = this.newest?.epoch ?? '';
    while (this.#bars.length > this.#max) {
      const bar = this.#bars.shift();
      this.#isWhole = false;
      if (bar?.epoch !== epoch) continue;
      const before = this.#dropped?.epoch === epoch ? this.#dropped.seq : 0;
      this.#dropped = { epoch, seq: Math.max(before, bar.seq) };
    }
  }

  /** The parts that one bar of a period is made of; none where they may not all be here. */
  group(group: string | number, period: DerivedPeriod): BarPayload[] {
    let end = this.#bars.length;
    while (end > 0 && groupOf(this.#bars[end - 1]?.ts ?? 0, period) > group) end -= 1;
    let start = end;
    while (start > 0 && groupOf(this.#bars[start - 1]?.ts ?? 0, period) === group) start -= 1;
    return start > 0 || this.#isWhole ? this.#bars.slice(start, end) : [];
  }

  /**
   * The groups of a period with a part that came after a position, or may have changed at it, in order of time;
   * undefined where that cannot be told of all of them.
   */
  groupsSince({ epoch, seq }: { epoch: string; seq: number }, period: DerivedPeriod): (string | number)[] | undefined {
    // It changed a bar that cannot be told any more.
    if (this.#dropped?.epoch === epoch && this.#dropped.seq > seq) return undefined;
    const last = this.#bars.findLastIndex((bar) => bar.epoch === epoch && bar.seq <= seq);
    if (last < 0 || this.#bars.slice(last).some((bar) => bar.epoch !== epoch)) return undefined;
    const later = this.#bars.filter((bar, index) => index >= last || (bar.epoch === epoch && bar.seq >= seq));
    return [...new Set(later.map(({ ts }) => groupOf(ts, period)))];
  }
}

/**
 * The bar that parts of one group make, as far on as the newest of them.
 * @param watermarkMs how far time has come: what ends later is not final
 */
export function deriveBar(
  parts: readonly BarPayload[],
  period: DerivedPeriod,
  watermarkMs: number,
): BarPayload | undefined {
  const [bar] = aggregateBars(parts, period, watermarkMs);
  const epoch = parts.at(-1)?.epoch ?? '';
  const seq = Math.max(...parts.filter((part) => part.epoch === epoch).map((part) => part.seq));
  return bar && { ...bar, seq, epoch };
}
