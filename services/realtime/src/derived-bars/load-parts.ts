import type { BarPayload } from '@quotefleet/contracts';
import type { HttpClient } from '@quotefleet/service-kit';
import { barsOf, toBar } from '../snapshots/stored-bar.ts';
import { type BasePeriod, PARTS_MAX } from './bar-parts.ts';

export interface LoadedParts {
  bars: BarPayload[];
  /** Whether storage has none before them. */
  isAll: boolean;
}

/** The newest bars that market-data has stored; they have no sequence. */
export async function loadParts(marketData: HttpClient, symbol: string, period: BasePeriod): Promise<LoadedParts> {
  const limit = PARTS_MAX[period];
  // Without a start the page ends at the newest bar.
  const page = await marketData.call(barsOf(symbol), { params: { symbol }, query: { period, limit } });
  return { bars: page.bars.map((bar) => toBar(symbol, period, bar)), isAll: page.bars.length < limit };
}
