import type { BarPayload } from '@quotefleet/contracts';
import type { HttpClient } from '@quotefleet/service-kit';
import { barsOf, toBar } from '../snapshots/stored-bar.ts';
import { type BasePeriod, PARTS_MAX } from './bar-parts.ts';

export interface LoadedParts {
  bars: BarPayload[];
  /** Whether storage has none before them. */
  isAll: boolean;
}

/** A day has some 240 minutes, a month and the weeks that it cuts through some 33 days. */
const STRETCH_MAX = { '1m': 500, '1d': 60 } as const;

/** The newest bars that market-data has stored; they have no sequence. */
export async function loadParts(marketData: HttpClient, symbol: string, period: BasePeriod): Promise<LoadedParts> {
  const limit = PARTS_MAX[period];
  // Without a start the page ends at the newest bar.
  const page = await marketData.call(barsOf(symbol), { params: { symbol }, query: { period, limit } });
  return { bars: page.bars.map((bar) => toBar(symbol, period, bar)), isAll: page.bars.length < limit };
}

/** Stored bars from a moment on: those of a day, or of a month and more. */
export async function loadPartsFrom(
  marketData: HttpClient,
  symbol: string,
  period: BasePeriod,
  fromMs: number,
): Promise<BarPayload[]> {
  const query = { period, start: `${fromMs}`, limit: STRETCH_MAX[period] };
  const page = await marketData.call(barsOf(symbol), { params: { symbol }, query });
  return page.bars.map((bar) => toBar(symbol, period, bar));
}
