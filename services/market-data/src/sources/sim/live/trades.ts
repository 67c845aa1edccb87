import type { Tick } from '@quotefleet/domain';
import type { StoredTrade } from '../../../trades/trade.ts';
import type { LiveSecurity } from './live-security.ts';
import type { SlotKind } from './timeline.ts';

/** Room for the trades of one snapshot: their numbers go on with those of the ticks. */
const TRADES_PER_TICK = 64;

/** The single trades that a snapshot sums up: their volumes are what it adds to the day's. */
export function tradesOf(live: LiveSecurity, { symbol, ts, seq, source }: Tick, kind: SlotKind): StoredTrade[] {
  const { perYuan } = live.plan.security;
  return live.prints.map(({ ticks, shares }, index) => ({
    ...{ symbol, ts, seq: seq * TRADES_PER_TICK + index, source },
    ...{ price: ticks / perYuan, volume: shares, amount: (ticks * shares) / perYuan },
    side: sideOf(live, ticks, kind),
  }));
}

/** Whoever trades above the middle of the book has bought; where one side is empty, somebody served the other. */
function sideOf({ plan, bids, asks }: LiveSecurity, ticks: number, kind: SlotKind): StoredTrade['side'] {
  if (kind === 'open' || (kind === 'close' && plan.closesByAuction)) return 'cross';
  const [bid, ask] = [bids.ticks[0], asks.ticks[0]];
  if (bid === undefined) return 'buy';
  if (ask === undefined) return 'sell';
  return ticks >= (bid + ask) / 2 ? 'buy' : 'sell';
}
