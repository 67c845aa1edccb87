import { createEvent, TOPICS } from '@quotefleet/contracts';
import type { EventBus } from '@quotefleet/messaging';
import { type StoredTrade, toTrade } from './trade.ts';

export type PublishTrades = (trades: readonly StoredTrade[], traceId?: string) => Promise<void>;

/**
 * Makes what tells the fleet of trades once they are stored, those of a symbol in order; resolves once the bus has them.
 * Where it has not, whoever handed them in gives them again: stored trades stay as they are, and are told of again.
 */
export function createTradePublisher(bus: EventBus): PublishTrades {
  return async (trades, traceId) => {
    if (trades.length === 0) return;
    const sorted = [...trades].sort((a, b) => a.ts - b.ts || a.seq - b.seq);
    await bus.publish(
      TOPICS.trades,
      sorted.map((trade) => ({ key: trade.symbol, value: createEvent('md.trade', toTrade(trade), traceId) })),
    );
  };
}
