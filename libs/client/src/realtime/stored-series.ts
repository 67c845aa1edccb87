import type { TickPayload } from '@quotefleet/contracts';
import type { MarketCalls } from '../rest/market-calls.ts';
import type { StoredSeries } from './gap-repair.ts';

const PAGE = 5000;
/** A hole of more rows than this is not filled whole. */
const PAGES_MAX = 20;

/** The stored series by REST. */
export function restSeries(market: MarketCalls): StoredSeries {
  return {
    async ticks(symbol, { from, to }, signal) {
      const rows: TickPayload[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < PAGES_MAX; page++) {
        const query = { start: String(from), limit: PAGE, end: to === undefined ? undefined : String(to), cursor };
        const answer = await market.ticks(symbol, query, { signal });
        rows.push(...answer.ticks.map(({ time: _time, ...tick }) => withoutNulls(tick)));
        cursor = answer.nextCursor;
        if (cursor === undefined) break;
      }
      return rows;
    },
    async bars(symbol, period, { from, to }, signal) {
      const query = { period, start: String(from), end: to === undefined ? undefined : String(to), limit: PAGE };
      return (await market.bars(symbol, query, { signal })).bars;
    },
  };
}

/** Columns without a value are no fields of what is pushed. */
function withoutNulls(tick: TickPayload): TickPayload {
  return Object.fromEntries(Object.entries(tick).filter(([, value]) => value !== null)) as TickPayload;
}
