import { marketApi } from '@quotefleet/contracts';
import type { DataManager } from '@quotefleet/data';
import { AppError, mount } from '@quotefleet/service-kit';
import { mountTable } from '@quotefleet/service-kit/tables';
import type { Router } from 'express';
import { tableAnswer } from '../reading/table-answer.ts';
import { canonicalSymbol, type InstrumentDirectory } from './instrument-directory.ts';
import type { InstrumentStore } from './instrument-store.ts';

interface InstrumentRoutesOptions {
  data: DataManager;
  instruments: InstrumentStore;
  directory: InstrumentDirectory;
}

export function mountInstrumentRoutes(router: Router, { data, instruments, directory }: InstrumentRoutesOptions): void {
  mountTable(router, marketApi.listStocks, ({ query: { kind, board } }) =>
    tableAnswer(data, 'instruments', { where: { kind, board } }),
  );
  mountTable(router, marketApi.searchStocks, ({ query: { q, kind, limit } }) => ({
    load: async () => ({ rows: await instruments.search({ text: q, symbol: symbolIn(q), kind, limit }) }),
  }));
  // Of anything: what is written as an index (000300.SH) is one, a bare 000001 is the stock.
  mount(router, marketApi.stockInfo, ({ params }) => directory.get(canonicalSymbol(params.symbol)));
}

/** What a text names as a symbol, if anything. */
function symbolIn(text: string): string | undefined {
  try {
    return canonicalSymbol(text);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
