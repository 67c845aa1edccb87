import { marketApi } from '@quotefleet/contracts';
import { formatShanghai } from '@quotefleet/domain';
import { mount } from '@quotefleet/service-kit';
import type { TimeSeriesStore } from '@quotefleet/timeseries';
import type { Router } from 'express';
import { canonicalSymbol, type InstrumentDirectory } from '../instruments/instrument-directory.ts';
import { decodeNumbers, encodeCursor } from '../paging.ts';
import { rowToTick } from '../series/rows.ts';
import { TICKS } from '../series/series.ts';
import { parseTimeRange } from '../time-range.ts';

interface TickRoutesOptions {
  directory: InstrumentDirectory;
  store: TimeSeriesStore;
}

/** Ticks are of anything traded or computed; a bare 000001 is the stock. */
export function mountTickRoutes(router: Router, { directory, store }: TickRoutesOptions): void {
  mount(router, marketApi.listTicks, async ({ params, query }) => {
    const { from, to } = parseTimeRange(query);
    const after = query.cursor === undefined ? undefined : decodeNumbers(query.cursor, 2);
    const { symbol } = await directory.getAny(canonicalSymbol(params.symbol));
    const forward = from !== undefined || after !== undefined;
    const rows = await store.read(TICKS.name, {
      symbol,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(after === undefined ? {} : { after }),
      order: forward ? 'asc' : 'desc',
      limit: query.limit + 1,
    });
    const page = rows.slice(0, query.limit).map(rowToTick);
    const last = page.at(-1);
    const more = forward && rows.length > query.limit && last !== undefined;
    const ticks = forward ? page : page.reverse();
    return {
      symbol,
      ticks: ticks.map((tick) => ({ ...tick, time: formatShanghai(tick.ts) })),
      ...(more ? { nextCursor: encodeCursor([last.ts, last.seq]) } : {}),
    };
  });
}
