import { marketApi, type TradePayload, tradeSchema } from '@quotefleet/contracts';
import { toTradeDate } from '@quotefleet/domain';
import type { HttpClient } from '@quotefleet/service-kit';
import { z } from 'zod';

const PAGE_ROWS = 5000;
/** A quarter of an hour of the busiest stocks has some ten thousand. */
const PAGES_MAX = 4;

const pageSchema = z.object({ trades: z.array(z.looseObject({ ts: z.int() })), nextCursor: z.string().optional() });

/** The last trade of a symbol that market-data has stored; undefined where there is none. */
export async function loadTrade(marketData: HttpClient, symbol: string): Promise<TradePayload | undefined> {
  // Without a start the page ends at the newest trade.
  return (await readPage(marketData, symbol, { limit: 1 })).trades.at(-1);
}

/**
 * Stored trades from after one moment to another, and the last one before: ms since the epoch. Those beyond 20,000 are
 * left out.
 */
export async function loadTradesBetween(
  marketData: HttpClient,
  symbol: string,
  { after, until }: { after: number; until: number },
): Promise<{ before: TradePayload | undefined; between: TradePayload[] }> {
  const before = (await readPage(marketData, symbol, { end: `${after}`, limit: 1 })).trades.at(-1);
  const range = { start: `${after + 1}`, end: `${until}`, limit: PAGE_ROWS };
  const between: TradePayload[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { trades, nextCursor } = await readPage(marketData, symbol, { ...range, ...(cursor ? { cursor } : {}) });
    between.push(...trades);
    cursor = nextCursor;
    if (cursor === undefined) break;
  }
  return { before, between };
}

async function readPage(marketData: HttpClient, symbol: string, query: Record<string, string | number>) {
  const answer = await marketData.call(marketApi.listTrades, { params: { symbol }, query });
  const { trades, nextCursor } = pageSchema.parse(answer);
  const toTrade = (trade: { ts: number }) =>
    tradeSchema.parse({ ...trade, symbol, epoch: toTradeDate(trade.ts), source: 'storage' });
  return { trades: trades.map(toTrade), nextCursor };
}
