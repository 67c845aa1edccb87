import type { TickPayload, TradePayload } from '@quotefleet/contracts/shapes';
import { toTradeDate } from '@quotefleet/domain';
import type { MarketCalls } from '../rest/market-calls.ts';
import type { StoredRange, StoredSeries } from './gap-repair.ts';

const PAGE = 5000;
/** A hole of more rows than this is not filled whole. */
const PAGES_MAX = 20;

/** The stored series by REST. */
export function restSeries(market: MarketCalls): StoredSeries {
  return {
    ticks: (symbol, range, signal) =>
      pages(async (cursor) => {
        const { ticks, nextCursor } = await market.ticks(symbol, { ...queryOf(range), cursor }, { signal });
        return { rows: ticks.map(({ time: _time, ...tick }) => withoutNulls(tick) as TickPayload), nextCursor };
      }),
    trades: (symbol, range, signal) =>
      pages(async (cursor) => {
        const answer = await market.trades(symbol, { ...queryOf(range), cursor }, { signal });
        const { trades, nextCursor } = answer as { trades: StoredTrade[]; nextCursor?: string };
        return { rows: trades.map((trade) => tradeOf(symbol, trade)), nextCursor };
      }),
    async bars(symbol, period, range, signal) {
      return (await market.bars(symbol, { period, ...queryOf(range) }, { signal })).bars;
    },
  };
}

type StoredTrade = Omit<TradePayload, 'symbol' | 'epoch' | 'source'> & { time: string };

/** The epoch of a trade is its day. */
function tradeOf(symbol: string, { time: _time, ...trade }: StoredTrade): TradePayload {
  return { ...(withoutNulls(trade) as typeof trade), symbol, epoch: toTradeDate(trade.ts), source: 'storage' };
}

function queryOf({ from, to }: StoredRange) {
  return { start: String(from), end: to === undefined ? undefined : String(to), limit: PAGE };
}

async function* pages<T>(
  read: (cursor: string | undefined) => Promise<{ rows: T[]; nextCursor?: string | undefined }>,
): AsyncGenerator<T[]> {
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const { rows, nextCursor } = await read(cursor);
    yield rows;
    cursor = nextCursor;
    if (cursor === undefined) break;
  }
}

/** Columns without a value are no fields of what is pushed. */
function withoutNulls(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
