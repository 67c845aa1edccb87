import { marketApi, type Quote } from '@quotefleet/contracts';
import { mount, notFound } from '@quotefleet/service-kit';
import type { TimeSeriesStore } from '@quotefleet/timeseries';
import type { Router } from 'express';
import type { EndpointKind, InstrumentDirectory } from '../instruments/instrument-directory.ts';
import { rowToTick } from '../series/rows.ts';
import { TICKS } from '../series/series.ts';
import { toQuote } from './quote.ts';

interface QuoteRoutesOptions {
  directory: InstrumentDirectory;
  store: TimeSeriesStore;
}

export function mountQuoteRoutes(router: Router, options: QuoteRoutesOptions): void {
  mount(router, marketApi.realtimeStock, ({ params }) => getQuote(options, 'stock', params.symbol));
  mount(router, marketApi.realtimeIndex, ({ params }) => getQuote(options, 'index', params.symbol));
}

async function getQuote({ directory, store }: QuoteRoutesOptions, kind: EndpointKind, input: string): Promise<Quote> {
  const { symbol, name } = await directory.get(input, kind);
  const [row] = await store.latest(TICKS.name, [symbol]);
  if (!row) throw notFound(`there is no quote of ${symbol} yet`);
  return toQuote(rowToTick(row), name);
}
