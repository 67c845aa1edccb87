import { type BarPage, type BarView, marketApi } from '@quotefleet/contracts';
import { type Bar, formatShanghai, type Period, toTradeDate } from '@quotefleet/domain';
import { mount } from '@quotefleet/service-kit';
import type { TimeSeriesStore } from '@quotefleet/timeseries';
import type { Router } from 'express';
import type { EndpointKind, InstrumentDirectory } from '../instruments/instrument-directory.ts';
import { decodeNumbers, encodeCursor } from '../paging.ts';
import { parseTimeRange } from '../time-range.ts';
import { listBars } from './list-bars.ts';

interface BarRoutesOptions {
  directory: InstrumentDirectory;
  store: TimeSeriesStore;
}

interface HistoricalQuery {
  start?: string | undefined;
  end?: string | undefined;
  cursor?: string | undefined;
  period: Period;
  limit: number;
}

export function mountBarRoutes(router: Router, options: BarRoutesOptions): void {
  mount(router, marketApi.historicalStock, ({ params, query }) => barPage(options, 'stock', params.symbol, query));
  mount(router, marketApi.historicalIndex, ({ params, query }) => barPage(options, 'index', params.symbol, query));
}

async function barPage(
  { directory, store }: BarRoutesOptions,
  kind: EndpointKind,
  input: string,
  query: HistoricalQuery,
): Promise<BarPage> {
  const range = parseTimeRange(query);
  const after = query.cursor === undefined ? undefined : decodeNumbers(query.cursor, 1)[0];
  const { symbol } = await directory.get(input, kind);
  const { period, limit } = query;
  const { bars, more } = await listBars(store, { symbol, period, limit, after, now: Date.now(), ...range });
  const last = bars.at(-1);
  return { symbol, period, bars: bars.map(toView), ...(more && last ? { nextCursor: encodeCursor([last.ts]) } : {}) };
}

function toView({ ts, open, high, low, close, volume, amount, final }: Bar): BarView {
  return { time: formatShanghai(ts), tradeDate: toTradeDate(ts), open, high, low, close, volume, amount, final };
}
