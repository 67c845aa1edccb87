import { marketApi } from '@quotefleet/contracts';
import { mountTable, type TableAnswer } from '@quotefleet/service-kit/tables';
import type { SeriesRow, TimeSeriesStore } from '@quotefleet/timeseries';
import type { Router } from 'express';
import { canonicalSymbol, type InstrumentDirectory } from '../instruments/instrument-directory.ts';
import { type CursorPart, decodeCursor, encodeCursor } from '../paging.ts';
import { DEPTH, TICKS, TRADES } from '../series/series.ts';
import { parseTimeRange, type TimeRange } from '../time-range.ts';

interface TickRoutesOptions {
  directory: InstrumentDirectory;
  series: TimeSeriesStore;
}

/** Ticks and trades are of anything traded or computed; a bare 000001 is the stock. */
export function mountTickRoutes(router: Router, { directory, series }: TickRoutesOptions): void {
  for (const [endpoint, table] of [
    [marketApi.listTicks, TICKS],
    [marketApi.listTrades, TRADES],
  ] as const) {
    mountTable(router, endpoint, async ({ params, query }) => {
      const range = parseTimeRange(query);
      const symbol = await directory.require(canonicalSymbol(params.symbol));
      return ticksAnswer(series, table, symbol, range);
    });
  }

  mountTable(router, marketApi.listDepth, async ({ params, query }) => {
    const range = parseTimeRange(query);
    const symbol = await directory.require(canonicalSymbol(params.symbol));
    const [stored] = await series.read(DEPTH, { symbol, ...bounds(range), limit: 1 });
    return ticksAnswer(series, stored ? DEPTH : TICKS, symbol, range);
  });
}

/** Rows by time and sequence, oldest first; without a start the last ones before the end. */
function ticksAnswer(series: TimeSeriesStore, table: string, symbol: string, range: TimeRange): TableAnswer {
  async function load(cursor: string | undefined, limit: number, fromFirst = false) {
    const after = decodeCursor(cursor, ['time', 'integer']);
    const forward = range.from !== undefined || after !== undefined || fromFirst;
    const found = await series.read(table, {
      symbol,
      ...bounds(range),
      ...(after === undefined ? {} : { after }),
      order: forward ? 'asc' : 'desc',
      limit: limit + 1,
    });
    const page = found.slice(0, limit);
    const last = forward && found.length > limit ? page.at(-1) : undefined;
    const rows = (forward ? page : page.reverse()).map(withTime);
    return { rows, nextCursor: last && encodeCursor([last.ts, last.seq as CursorPart]) };
  }
  return {
    beside: { symbol },
    load: (cursor, limit) => load(cursor, limit),
    ...(range.from === undefined ? { loadFromFirst: (cursor, limit) => load(cursor, limit, true) } : {}),
  };
}

function bounds({ from, to }: TimeRange) {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function withTime(row: SeriesRow): object {
  return { ...row, time: row.ts };
}
