import { marketApi } from '@quotefleet/contracts';
import type { HttpClient } from '@quotefleet/service-kit';
import { z } from 'zod';
import type { Quoted } from './quoted.ts';

const PAGE_ROWS = 10_000;
const page = z.object({
  quotes: z.array(
    z
      .object({
        ...{ symbol: z.string(), time: z.string(), last: z.number(), preClose: z.number() },
        ...{ volume: z.number(), amount: z.number(), limitUp: z.number().optional(), limitDown: z.number().optional() },
      })
      .transform(({ time, ...quote }): Quoted => ({ ...quote, ts: Date.parse(time) })),
  ),
  nextCursor: z.string().optional(),
});

/** The newest quotes of the whole market that market-data has stored. */
export async function loadQuotes(marketData: HttpClient): Promise<Quoted[]> {
  const quotes: Quoted[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = { limit: PAGE_ROWS, ...(cursor === undefined ? {} : { cursor }) };
    const answer = page.parse(await marketData.call(marketApi.realtimeMarket, { query }));
    quotes.push(...answer.quotes);
    cursor = answer.nextCursor;
    if (cursor === undefined) return quotes;
  }
}
