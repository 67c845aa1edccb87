import { setTimeout as sleep } from 'node:timers/promises';
import type { BarPayload } from '@quotefleet/contracts';
import { shanghaiMs, toTradeDate } from '@quotefleet/domain';
import type { BasePeriod } from './bar-parts.ts';
import type { Moment, Series } from './series.ts';

const RETRY_MS = 2000;
const RETRY_MAX_MS = 30_000;
const WEEK_MS = 7 * 86_400_000;

/** Bars that came so late that the others of their group are not kept any more, by when they began. */
export type Amended = ReadonlyMap<number, Moment>;

interface LatePartsContext {
  /** Asks market-data for the bars of a day, or of a month and the weeks that it cuts through. */
  loadFrom: (symbol: string, period: BasePeriod, fromMs: number) => Promise<BarPayload[]>;
  recent: (symbol: string, period: BasePeriod) => readonly BarPayload[];
  onLoadFailed: (room: string, error: unknown) => void;
  /** Told of what amended bars are parts of, in order of time. */
  onRead: (series: Series, bars: readonly BarPayload[], amended: Amended) => void;
}

/** Reads back from storage what bars of the past are made of that were amended after all others had forgotten them. */
export class LateParts {
  readonly #context: LatePartsContext;
  readonly #reading = new WeakSet<Series>();

  constructor(context: LatePartsContext) {
    this.#context = context;
  }

  add(series: Series, ts: number, moment: Moment): void {
    const from = startOf(ts, series.period);
    const amended = series.late.get(from) ?? new Map<number, Moment>();
    amended.set(ts, moment);
    series.late.set(from, amended);
    if (!this.#reading.has(series)) void this.#readAll(series);
  }

  /** One stretch after the other, and again until storage answers: for as long as somebody is in a room of the series. */
  async #readAll(series: Series): Promise<void> {
    this.#reading.add(series);
    const { symbol, period } = series;
    let pauseMs = RETRY_MS;
    for (let [from] = series.late.keys(); from !== undefined && series.rooms.size > 0; [from] = series.late.keys()) {
      try {
        const bars = new Map((await this.#context.loadFrom(symbol, period, from)).map((bar) => [bar.ts, bar]));
        // Those that came meanwhile are among them.
        const amended = series.late.get(from) ?? new Map<number, Moment>();
        series.late.delete(from);
        for (const bar of this.#context.recent(symbol, period)) bars.set(bar.ts, bar);
        this.#context.onRead(
          series,
          [...bars.values()].sort((a, b) => a.ts - b.ts),
          amended,
        );
        pauseMs = RETRY_MS;
      } catch (error) {
        this.#context.onLoadFailed(`bar:${symbol}:${period}`, error);
        await sleep(pauseMs, undefined, { ref: false });
        pauseMs = Math.min(2 * pauseMs, RETRY_MAX_MS);
      }
    }
    this.#reading.delete(series);
  }
}

/** From where on bars are read for all groups of the day, or for the month and every week with a day in it. */
function startOf(ts: number, period: BasePeriod): number {
  const date = toTradeDate(ts);
  return period === '1m' ? shanghaiMs(date) : shanghaiMs(`${date.slice(0, 7)}-01`) - WEEK_MS;
}
