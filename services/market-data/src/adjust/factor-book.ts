import type { DataManager } from '@quotefleet/data';
import {
  type AdjustFactor,
  adjustFactors,
  type CorporateAction,
  shanghaiMs,
  type TradeDate,
  toTradeDate,
} from '@quotefleet/domain';
import { today } from '../reading/dates.ts';
import { DAILY_BARS } from '../series/series.ts';

/** Ex-dates of one symbol: fewer than this in a century. */
const ACTIONS_MAX = 1000;

/** Adjustment factors, made from stored corporate actions and raw closes whenever they are asked for. */
export class FactorBook {
  readonly #data: DataManager;

  constructor(data: DataManager) {
    this.#data = data;
  }

  /**
   * The factors of a symbol, in order of date: of ex-dates up to `asOf`, where that is given, and never of one that the
   * market has not reached. An ex-date before the first stored bar changes nothing and is left out.
   */
  async factorsOf(symbol: string, asOf?: TradeDate): Promise<AdjustFactor[]> {
    const span = await this.#data.series.span(DAILY_BARS, symbol);
    if (!span) return [];
    const reached = [today(), toTradeDate(span.last)].sort().at(-1) as TradeDate;
    const through = asOf !== undefined && asOf < reached ? asOf : reached;
    const actions = await this.#actions(symbol, toTradeDate(span.first), through);
    const dates = [...new Set(actions.map(({ exDate }) => exDate))];
    const closes = new Map(
      await Promise.all(dates.map(async (date) => [date, await this.#closeBefore(symbol, date)] as const)),
    );
    return adjustFactors(
      actions.filter(({ exDate }) => closes.get(exDate) !== undefined),
      (date) => closes.get(date),
    );
  }

  async #actions(symbol: string, after: TradeDate, through: TradeDate): Promise<CorporateAction[]> {
    const query = { limit: ACTIONS_MAX };
    const [dividends, rights] = await Promise.all([
      this.#data.load('dividends', { ...query, where: { symbol, progress: 'implemented', exDate: { through } } }),
      this.#data.load('rights', { ...query, where: { symbol, exDate: { through } } }),
    ]);
    const actions = [
      ...dividends.map((row) => ({
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
    return actions.filter(({ exDate }) => exDate > after);
  }

  async #closeBefore(symbol: string, date: TradeDate): Promise<number | undefined> {
    const to = shanghaiMs(date, '00:00:00');
    const [bar] = await this.#data.series.read(DAILY_BARS, { symbol, to, order: 'desc', limit: 1 });
    return bar && Number(bar.close);
  }
}
