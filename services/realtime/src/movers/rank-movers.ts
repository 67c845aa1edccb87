import type { MoversPayload } from '@quotefleet/contracts';
import { type Quoted, type Traded, toRanked, tradedToday } from './quoted.ts';
import { byLoss, descending, topOf } from './top-of.ts';

const RANKED_MAX = 20;

/** The stocks that moved most, and those that traded most; undefined while nothing is known of any. */
export function rankMovers(stocks: readonly Quoted[]): MoversPayload | undefined {
  if (stocks.length === 0) return undefined;
  const traded = tradedToday(stocks);
  const top = (items: readonly Traded[], compare: (a: Traded, b: Traded) => number) =>
    topOf(items, RANKED_MAX, compare).map(toRanked);
  return {
    ts: stocks.reduce((latest, { ts }) => Math.max(latest, ts), 0),
    gainers: top(
      traded.filter(({ change }) => change > 0),
      descending('change'),
    ),
    losers: top(
      traded.filter(({ change }) => change < 0),
      byLoss,
    ),
    byAmount: top(traded, descending('amount')),
    byVolume: top(traded, descending('volume')),
  };
}
