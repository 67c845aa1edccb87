import { type TradePayload, tradeSchema } from '@quotefleet/contracts';
import { toTradeDate } from '@quotefleet/domain';

/** A stored trade as the fleet tells of it; a parse of it says whether the row is a trade at all. */
export const storedTradeSchema = tradeSchema.omit({ epoch: true });
export type StoredTrade = Omit<TradePayload, 'epoch'>;

export function toTrade(stored: StoredTrade): TradePayload {
  return { ...stored, epoch: toTradeDate(stored.ts) };
}
