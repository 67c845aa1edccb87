import type { BoardPayload } from '@quotefleet/contracts';
import { type Quoted, roundPercent, type Traded, toRanked, tradedToday } from '../movers/quoted.ts';
import { byLoss, descending, topOf } from '../movers/top-of.ts';

const RANKED_MAX = 10;

/** What the members of a board do together; undefined while nothing is known of any. */
export function summarizeBoard(board: string, members: number, quotes: readonly Quoted[]): BoardPayload | undefined {
  if (quotes.length === 0) return undefined;
  const traded = tradedToday(quotes);
  const count = (holds: (quote: Traded) => boolean) => traded.filter(holds).length;
  const sum = (figure: 'change' | 'volume' | 'amount') => traded.reduce((total, quote) => total + quote[figure], 0);
  return {
    board,
    ts: quotes.reduce((latest, { ts }) => Math.max(latest, ts), 0),
    members,
    advancers: count(({ last, preClose }) => last > preClose),
    decliners: count(({ last, preClose }) => last < preClose),
    unchanged: count(({ last, preClose }) => last === preClose),
    limitUp: count(({ last, limitUp }) => limitUp !== undefined && limitUp > 0 && last >= limitUp),
    limitDown: count(({ last, limitDown }) => limitDown !== undefined && last <= limitDown),
    changePercent: traded.length === 0 ? 0 : roundPercent(sum('change') / traded.length),
    volume: sum('volume'),
    amount: Math.round(sum('amount') * 100) / 100,
    leaders: topOf(traded, RANKED_MAX, descending('change')).map(toRanked),
    laggards: topOf(traded, RANKED_MAX, byLoss).map(toRanked),
  };
}
