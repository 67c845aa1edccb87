import type { HistoricalQuery } from '@quotefleet/contracts';
import { type Bar, type TradeDate, toTradeDate } from '@quotefleet/domain';
import type { TimeSeriesStore } from '@quotefleet/timeseries';
import type { FactorBook } from '../adjust/factor-book.ts';
import type { InstrumentDirectory } from '../instruments/instrument-directory.ts';
import type { TimeRange } from '../time-range.ts';
import { listFoldedBars } from './folded-bars.ts';
import { listBars } from './list-bars.ts';

export interface BarReader {
  directory: InstrumentDirectory;
  series: TimeSeriesStore;
  factors: FactorBook;
}

/** What a caller wants of the bars of a symbol. */
export interface BarWishes extends TimeRange, Pick<HistoricalQuery, 'period' | 'adjust' | 'rows'> {
  asOf: TradeDate | undefined;
}

export interface BarPageQuery {
  /** Bars later than this one's `ts`. */
  after: number | undefined;
  limit: number;
  /** From the first bar on although no start was asked for. */
  fromFirst: boolean;
}

/** Reads bars of one symbol as wished, page by page; `next` is the place of the next page where there is one. */
export async function pageReader({ series, factors }: BarReader, symbol: string, wishes: BarWishes) {
  const { period, adjust, rows, asOf, from, to } = wishes;
  const adjustment = await factors.adjustmentOf(symbol, adjust, asOf);
  const read = period === '1m' && rows === '240' ? listFoldedBars : listBars;
  return async (page: BarPageQuery): Promise<{ bars: Bar[]; next: number | undefined }> => {
    const { bars, more } = await read(series, { symbol, period, ...page, now: Date.now(), from, to, adjustment });
    return { bars, next: more ? bars.at(-1)?.ts : undefined };
  };
}

export function toBarRow({ ts, open, high, low, close, volume, amount, final }: Bar) {
  return { time: ts, tradeDate: toTradeDate(ts), open, high, low, close, volume, amount, final };
}
