import type { TickPayload } from '@quotefleet/contracts';
import { type Bar, minuteBarEnd, rebuildMinuteBars, shanghaiMs, toTradeDate } from '@quotefleet/domain';
import type { TimeSeriesStore } from '@quotefleet/timeseries';
import { rowToTick } from '../series/rows.ts';
import { TICKS } from '../series/series.ts';

const MINUTE_MS = 60_000;
/** Above the ticks of a whole day of one symbol (4,900 at one each 3 s). */
const TICKS_MAX = 50_000;

/** What the stored ticks say: the truth that bars are rebuilt from after a restart or a late tick. */
export class TickHistory {
  readonly #store: TimeSeriesStore;

  constructor(store: TimeSeriesStore) {
    this.#store = store;
  }

  /** The stored tick before this one. */
  async before(tick: TickPayload): Promise<TickPayload | undefined> {
    const [row] = await this.#store.read(TICKS, {
      symbol: tick.symbol,
      order: 'desc',
      after: [tick.ts, tick.seq],
      limit: 1,
    });
    return row && rowToTick(row);
  }

  /** The newest stored tick of the symbol up to a time. */
  async newest(symbol: string, upTo: number): Promise<TickPayload | undefined> {
    const [row] = await this.#store.read(TICKS, { symbol, to: upTo + 1, order: 'desc', limit: 1 });
    return row && rowToTick(row);
  }

  /**
   * The minute bars from the one ending at `minuteEnd` up to the one of `last`, as the ticks up to `last` make them.
   * @param watermarkMs bars that end later are not final.
   */
  async minuteBars(minuteEnd: number, last: TickPayload, watermarkMs: number): Promise<Bar[]> {
    const from = minuteStart(minuteEnd);
    const rows = await this.#store.read(TICKS, {
      symbol: last.symbol,
      from,
      to: last.ts + 1,
      order: 'asc',
      limit: TICKS_MAX,
    });
    const ticks = rows.map(rowToTick).filter((tick) => tick.ts < last.ts || tick.seq <= last.seq);
    const [first] = ticks;
    return first ? rebuildMinuteBars(ticks, await this.before(first), watermarkMs) : [];
  }

  /** The bar that `last` was the newest tick of, not final. */
  async openBar(last: TickPayload): Promise<Bar | undefined> {
    const minuteEnd = minuteBarEnd(last.ts);
    if (minuteEnd === undefined) return undefined;
    const bars = await this.minuteBars(minuteEnd, last, 0);
    return bars.at(-1);
  }
}

/** The first instant of a minute bar: (left, right], and the 09:30 bar holds all since midnight. */
function minuteStart(minuteEnd: number): number {
  const date = toTradeDate(minuteEnd);
  return minuteEnd === shanghaiMs(date, '09:30:00') ? shanghaiMs(date) : minuteEnd - MINUTE_MS + 1;
}
