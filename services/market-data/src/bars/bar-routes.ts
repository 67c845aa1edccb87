import { type HistoricalQuery, marketApi } from '@quotefleet/contracts';
import { mountTable, type TableAnswer } from '@quotefleet/service-kit/tables';
import type { Router } from 'express';
import type { EndpointKind } from '../instruments/instrument-directory.ts';
import { decodeCursor, encodeCursor } from '../paging.ts';
import { parseOptionalDay } from '../reading/dates.ts';
import { parseTimeRange } from '../time-range.ts';
import { type BarReader, type BarWishes, pageReader, toBarRow } from './bar-pages.ts';
import { batchAnswer } from './batch-bars.ts';

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
      const symbol = await directory.symbolOf(params.symbol, kind);
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
