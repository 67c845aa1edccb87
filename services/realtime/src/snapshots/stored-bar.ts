import { type BarPayload, type BarView, marketApi } from '@quotefleet/contracts';
import { kindOf, type Period } from '@quotefleet/domain';

/** The endpoint of market-data that has the bars of a symbol. */
export function barsOf(symbol: string) {
  return kindOf(symbol) === 'index' ? marketApi.historicalIndex : marketApi.historicalStock;
}

/** Stored bars have no sequence: the first bar off the bus starts one. */
export function toBar(symbol: string, period: Period, bar: BarView): BarPayload {
  const { open, high, low, close, volume, amount, final } = bar;
  return { symbol, period, ts: Date.parse(bar.time), open, high, low, close, volume, amount, final, seq: 0, epoch: '' };
}
