import type { RankedQuote } from '@quotefleet/contracts';
import { shanghaiMs, toTradeDate } from '@quotefleet/domain';

/** What rankings and sums are made of: the newest a node knows of a symbol. */
export interface Quoted {
  symbol: string;
  /** Ms since the epoch. */
  ts: number;
  last: number;
  preClose: number;
  volume: number;
  amount: number;
  limitUp?: number | undefined;
  limitDown?: number | undefined;
}

/** A symbol that traded on the newest day, with its change from the previous close in percent. */
export interface Traded extends Quoted {
  change: number;
}

/** Those that traded on the newest day of all: what is suspended shows its last day for as long as it is. */
export function tradedToday(quotes: Iterable<Quoted>): Traded[] {
  const all = [...quotes];
  const newest = all.reduce((latest, { ts }) => Math.max(latest, ts), 0);
  const midnight = shanghaiMs(toTradeDate(newest));
  return all
    .filter(({ ts, last, preClose, volume }) => ts >= midnight && last > 0 && preClose > 0 && volume > 0)
    .map((quote) => ({ ...quote, change: (quote.last / quote.preClose - 1) * 100 }));
}

export function toRanked({ symbol, last, change, volume, amount }: Traded): RankedQuote {
  return { symbol, last, changePercent: roundPercent(change), volume, amount };
}

export function roundPercent(value: number): number {
  return Math.round(value * 100) / 100;
}
