import { type HistoricalQuery, marketApi } from '@quotefleet/contracts';
import { adjustBars, type Bar, type TradeDate, toTradeDate } from '@quotefleet/domain';
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
  const mountKind = (
    endpoint: typeof marketApi.historicalStock | typeof marketApi.historicalIndex,
    kind: EndpointKind,
  ) =>
    mountTable(router, endpoint, async ({ params, query }) => {
      const wishes = parseWishes(query);
      const { symbol } = await directory.get(params.symbol, kind);
      return barsAnswer(reader, symbol, wishes);
    });
  mountKind(marketApi.historicalStock, 'stock');
  mountKind(marketApi.historicalIndex, 'index');
  for (const [endpoint, kind] of [
    [marketApi.historicalHk, 'hk'],
    [marketApi.historicalUs, 'us'],
  ] as const) {
    mountTable(router, endpoint, async ({ params, query }) => {
      const wishes = parseWishes({ ...query, adjust: 'none', rows: '241' });
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
  const { period, adjust } = wishes;
  const readPage = await pageReader(reader, symbol, wishes);
  return {
    beside: { symbol, period, adjust },
    async load(cursor, limit) {
      const after = decodeCursor(cursor, ['number'])?.[0] as number | undefined;
      const { bars, next } = await readPage(after, limit);
      return { rows: bars.map(toBarRow), nextCursor: next === undefined ? undefined : encodeCursor([next]) };
    },
  };
}

/** Reads bars of one symbol as wished, page by page; `next` is the place of the next page where there is one. */
export async function pageReader({ series, factors }: BarReader, symbol: string, wishes: BarWishes) {
  const { period, adjust, rows, asOf, from, to } = wishes;
  const known = adjust === 'none' ? [] : await factors.factorsOf(symbol, asOf);
  const read = period === '1m' && rows === '240' ? listFoldedBars : listBars;
  return async (after: number | undefined, limit: number): Promise<{ bars: Bar[]; next: number | undefined }> => {
    const list = await read(series, { symbol, period, limit, after, now: Date.now(), from, to });
    const next = list.more ? list.bars.at(-1)?.ts : undefined;
    return { bars: adjustBars(list.bars, known, adjust, asOf), next };
  };
}

export function toBarRow({ ts, open, high, low, close, volume, amount, final }: Bar) {
  return { time: ts, tradeDate: toTradeDate(ts), open, high, low, close, volume, amount, final };
}
