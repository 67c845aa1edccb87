import { type InstrumentPayload, marketApi } from '@quotefleet/contracts';
import { invalidArgument, mount } from '@quotefleet/service-kit';
import type { Router } from 'express';
import { decodeCursor, encodeCursor } from '../paging.ts';
import { canonicalSymbol, type InstrumentDirectory } from './instrument-directory.ts';
import type { InstrumentStore } from './instrument-store.ts';

interface InstrumentRoutesOptions {
  instruments: InstrumentStore;
  directory: InstrumentDirectory;
}

export function mountInstrumentRoutes(
  router: Router,
  { instruments: store, directory }: InstrumentRoutesOptions,
): void {
  mount(router, marketApi.listStocks, async ({ query }) => {
    const after = query.cursor === undefined ? undefined : cursorSymbol(query.cursor);
    const found = await store.list({ kind: query.kind, after, limit: query.limit + 1 });
    const instruments = found.slice(0, query.limit);
    const last = instruments.at(-1);
    return { instruments, ...(found.length > query.limit && last ? { nextCursor: encodeCursor([last.symbol]) } : {}) };
  });

  mount(router, marketApi.stockInfo, ({ params }) => getInstrument(directory, params.symbol));
}

/** Reference data of anything: what is written as an index (000300.SH) is one, a bare 000001 is the stock. */
async function getInstrument(directory: InstrumentDirectory, input: string): Promise<InstrumentPayload> {
  return directory.getAny(canonicalSymbol(input));
}

function cursorSymbol(cursor: string): string {
  const [symbol] = decodeCursor(cursor);
  if (typeof symbol !== 'string') throw invalidArgument('cursor', 'expected the nextCursor of a page before');
  return symbol;
}
