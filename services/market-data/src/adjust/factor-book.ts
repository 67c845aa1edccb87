import type { DataManager } from '@quotefleet/data';
import {
  type AdjustFactor,
  type AdjustMethod,
  adjustBars,
  adjustFactors,
  type CorporateAction,
  shanghaiMs,
  type TradeDate,
  toTradeDate,
} from '@quotefleet/domain';
import type { BarAdjustment } from '../bars/list-bars.ts';
import { DAILY_BARS } from '../series/series.ts';

/** Ex-dates of one symbol: fewer than this in a century. */
const ACTIONS_MAX = 1000;

/** Adjustment factors, made from stored corporate actions and raw closes whenever they are asked for. */
export class FactorBook {
  readonly #data: DataManager;

  constructor(data: DataManager) {
    this.#data = data;
  }

  /** How bars of a symbol are adjusted; undefined where they stay as traded. */
  async adjustmentOf(symbol: string, method: AdjustMethod, asOf?: TradeDate): Promise<BarAdjustment | undefined> {
    const factors = method === 'none' ? [] : await this.factorsOf(symbol, asOf);
    if (factors.length === 0) return undefined;
    return { apply: (bars) => adjustBars(bars, factors, method), exDates: factors.map(({ date }) => date) };
  }

  /**
   * The factors of a symbol, in order of date: of ex-dates up to `asOf`, where that is given, within the days that have
   * bars. One before the first bar changes nothing, and one after the last has not been traded yet.
   */
  async factorsOf(symbol: string, asOf?: TradeDate): Promise<AdjustFactor[]> {
    const [span, known] = await Promise.all([this.#data.series.span(DAILY_BARS, symbol), this.#actions(symbol)]);
    if (!span) return [];
    const [first, last] = [toTradeDate(span.first), toTradeDate(span.last)];
    const through = asOf !== undefined && asOf < last ? asOf : last;
    const actions = known.filter(({ exDate }) => exDate > first && exDate <= through);
    const byDate = await Promise.all(
      [...Map.groupBy(actions, ({ exDate }) => exDate)].map(async ([date, sameDay]) => ({
        sameDay,
        close: await this.#closeBefore(symbol, date),
      })),
    );
    const sound = byDate.filter(({ sameDay, close }) => leavesPrice(sameDay, close)).flatMap(({ sameDay }) => sameDay);
    const closes = new Map(byDate.map(({ sameDay, close }) => [sameDay[0]?.exDate, close]));
    return adjustFactors(sound, (date) => closes.get(date));
  }

  async #actions(symbol: string): Promise<CorporateAction[]> {
    const [dividends, rights] = await Promise.all([
      this.#data.load('dividends', { where: { symbol, progress: 'implemented' }, limit: ACTIONS_MAX }),
      this.#data.load('rights', { where: { symbol }, limit: ACTIONS_MAX }),
    ]);
    const withDate = dividends.filter(({ exDate }) => exDate !== undefined);
    return [
      ...withDate.map((row) => ({
        symbol,
        exDate: row.exDate as TradeDate,
        cashPerShare: Number(row.cashPerShare),
        bonusRatio: Number(row.bonusRatio) + Number(row.transferRatio),
        rightsRatio: 0,
        rightsPrice: 0,
      })),
      ...rights.map((row) => ({
        symbol,
        exDate: row.exDate as TradeDate,
        cashPerShare: 0,
        bonusRatio: 0,
        rightsRatio: Number(row.rightsRatio),
        rightsPrice: Number(row.rightsPrice),
      })),
    ];
  }

  async #closeBefore(symbol: string, date: TradeDate): Promise<number | undefined> {
    const to = shanghaiMs(date);
    const [bar] = await this.#data.series.read(DAILY_BARS, { symbol, to, order: 'desc', limit: 1 });
    return bar && Number(bar.close);
  }
}

/** An action that takes more than the share was worth cannot be true. */
function leavesPrice(sameDay: readonly CorporateAction[], close: number | undefined): boolean {
  if (!close) return false;
  const [step] = adjustFactors(sameDay, () => close);
  return step !== undefined && step.factor > 0 && Number.isFinite(step.factor);
}
