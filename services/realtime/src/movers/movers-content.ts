import type { RoomContent } from '../made-rooms/computed-rooms.ts';
import type { MarketQuotes } from './market-quotes.ts';
import { rankMovers } from './rank-movers.ts';

/** What `market:movers` says. */
export function moversContent(quotes: MarketQuotes): RoomContent {
  return {
    type: 'movers',
    require: async () => undefined,
    prepare: () => quotes.prepare(),
    compute: () => rankMovers(quotes.stocks()),
  };
}
