import { marketApi, type TradePayload, tradeSchema } from '@quotefleet/contracts';
import { toTradeDate } from '@quotefleet/domain';
import type { HttpClient } from '@quotefleet/service-kit';
import { z } from 'zod';

const page = z.object({ trades: z.array(z.looseObject({ ts: z.int() })) });

/** The last trade of a symbol that market-data has stored; undefined where there is none. */
export async function loadTrade(marketData: HttpClient, symbol: string): Promise<TradePayload | undefined> {
  // Without a start the page ends at the newest trade.
  const answer = await marketData.call(marketApi.listTrades, { params: { symbol }, query: { limit: 1 } });
  const trade = page.parse(answer).trades.at(-1);
  return trade && tradeSchema.parse({ ...trade, symbol, epoch: toTradeDate(trade.ts), source: 'storage' });
}
