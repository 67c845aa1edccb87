import { marketApi, type Quote } from '@quotefleet/contracts';
import type { DataManager, DataRow } from '@quotefleet/data';
import { mount, notFound } from '@quotefleet/service-kit';
import { mountTable } from '@quotefleet/service-kit/tables';
import type { Router } from 'express';
import { canonicalSymbols, type EndpointKind, type InstrumentDirectory } from '../instruments/instrument-directory.ts';
import type { InstrumentNames } from '../instruments/instrument-names.ts';
import { tableAnswer } from '../reading/table-answer.ts';
import type { LastTicks } from './last-ticks.ts';
import { toQuote, toQuoteRow } from './quote.ts';

interface QuoteRoutesOptions {
  data: DataManager;
  directory: InstrumentDirectory;
  names: InstrumentNames;
  lastTicks: LastTicks;
}

export function mountQuoteRoutes(router: Router, options: QuoteRoutesOptions): void {
  const { data, names, lastTicks } = options;
  mountTable(router, marketApi.realtimeBatch, async ({ query }) => {
    const symbols = canonicalSymbols(query.symbols);
    const nameOf = await names.all();
    return {
      async load() {
        const ticks = await lastTicks.of(symbols);
        return { rows: ticks.map((tick) => view(toQuoteRow(tick), nameOf)) };
      },
    };
  });

  mountTable(router, marketApi.realtimeMarket, async ({ query }) => {
    const { sort, order, kind, board, minChangePercent, maxChangePercent, minAmount, minLast, maxLast } = query;
    const nameOf = await names.all();
    return tableAnswer(data, 'quotes', {
      orderBy: [sort],
      descending: order === 'desc',
      where: {
        kind,
        board,
        changePercent: { from: minChangePercent, through: maxChangePercent },
        amount: { from: minAmount },
        last: { from: minLast, through: maxLast },
      },
      toRow: (row) => view(row, nameOf),
    });
  });

  mount(router, marketApi.realtimeStock, ({ params }) => getQuote(options, 'stock', params.symbol));
  mount(router, marketApi.realtimeIndex, ({ params }) => getQuote(options, 'index', params.symbol));
}

function view(row: DataRow, nameOf: ReadonlyMap<string, string>): object {
  return { ...row, time: row.ts, name: nameOf.get(String(row.symbol)) };
}

async function getQuote(options: QuoteRoutesOptions, kind: EndpointKind, input: string): Promise<Quote> {
  const { directory, names, lastTicks } = options;
  const symbol = await directory.symbolOf(input, kind);
  const [[tick], nameOf] = await Promise.all([lastTicks.of([symbol]), names.all()]);
  if (!tick) throw notFound(`there is no quote of ${symbol} yet`);
  return toQuote(tick, nameOf.get(symbol) ?? (await directory.get(symbol)).name);
}
