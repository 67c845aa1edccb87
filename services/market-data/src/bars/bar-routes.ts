import { type HistoricalQuery, marketApi } from '@quotefleet/contracts';
import { type Bar, type TradeDate, toTradeDate } from '@quotefleet/domain';
import { mountTable, type TableAnswer } from '@quotefleet/service-kit/tables';
import type { TimeSeriesStore } from '@quotefleet/timeseries';
import type { Router } from 'express';
import type { FactorBook } from '../adjust/factor-book.ts';
import type { EndpointKind, InstrumentDirectory } from '../instruments/instrument-directory.ts';
import { decodeCursor, encodeCursor } from '../paging.ts';
import { parseOptionalDay } from '../reading/dates.ts';
import { parseTimeRange, type TimeRange } from '../time-range.ts';
import { batchAnswer } from './batch-bars.ts';
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

export function mountBarRoutes(router: Router, reader: BarReader): void {
  const { directory } = reader;
  for (const [endpoint, kind] of [
    [marketApi.historicalStock, 'stock'],
    [marketApi.historicalIndex, 'index'],
    [marketApi.historicalHk, 'hk'],
    [marketApi.historicalUs, 'us'],
  ] as const satisfies [unknown, EndpointKind][]) {
    mountTable(router, endpoint, async ({ params, query }) => {
      const wishes = parseWishes({ adjust: 'none', rows: '241', ...query });
      const { symbol } = await directory.get(params.symbol, kind);
      return barsAnswer(reader, symbol, wishes);
    });
  }
  mountTable(router, marketApi.historicalBatch, ({ query }) => batchAnswer(reader, query.symbols, parseWishes(query)));
}

function parseWishes(query: Omit<HistoricalQuery, 'limit' | 'cursor' | 'fields' | 'format'>): BarWishes {
  const { period, adjust, rows } = query;
  return { period, adjust, rows, asOf: parseOptionalDay('asOf', query.asOf), ...parseTimeRange(query) };
}

async function barsAnswer(reader: BarReader, symbol: string, wishes: BarWishes): Promise<TableAnswer> {
  const { period, adjust, from } = wishes;
  const readPage = await pageReader(reader, symbol, wishes);
  const load = async (cursor: string | undefined, limit: number, fromFirst = false) => {
    const after = decodeCursor(cursor, ['time'])?.[0] as number | undefined;
    const { bars, next } = await readPage({ after, limit, fromFirst });
    return { rows: bars.map(toBarRow), nextCursor: next === undefined ? undefined : encodeCursor([next]) };
  };
  return {
    beside: { symbol, period, adjust },
    load: (cursor, limit) => load(cursor, limit),
    ...(from === undefined ? { loadFromFirst: (cursor, limit) => load(cursor, limit, true) } : {}),
  };
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
