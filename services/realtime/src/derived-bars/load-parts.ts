import { type BarPayload, type BarView, marketApi } from '@quotefleet/contracts';
import { kindOf } from '@quotefleet/domain';
import type { HttpClient } from '@quotefleet/service-kit';
import { type BasePeriod, PARTS_MAX } from './bar-parts.ts';

export interface LoadedParts {
  bars: BarPayload[];
  /** Whether storage has none before them. */
  isAll: boolean;
}

/** The newest bars that market-data has stored; they have no sequence. */
export async function loadParts(marketData: HttpClient, symbol: string, period: BasePeriod): Promise<LoadedParts> {
  const endpoint = kindOf(symbol) === 'index' ? marketApi.historicalIndex : marketApi.historicalStock;
  const limit = PARTS_MAX[period];
  // Without a start the page ends at the newest bar.
  const page = await marketData.call(endpoint, { params: { symbol }, query: { period, limit } });
  const toPart = ({ time, open, high, low, close, volume, amount, final }: BarView): BarPayload => ({
    ...{ symbol, period, ts: Date.parse(time), open, high, low, close, volume, amount, final },
    ...{ seq: 0, epoch: '' },
  });
  return { bars: page.bars.map(toPart), isAll: page.bars.length < limit };
}
