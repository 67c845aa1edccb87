import type { Period } from '@quotefleet/domain';

/** Tables of the registry that the service's own code knows by name. */
export const TICKS = 'ticks';
export const DEPTH = 'depth';
export const TRADES = 'trades';
export const MINUTE_BARS = 'bars_1m';
export const DAILY_BARS = 'bars_1d';

const BAR_TABLES: Readonly<Record<Period, string>> = {
  '1m': MINUTE_BARS,
  '5m': 'bars_5m',
  '15m': 'bars_15m',
  '30m': 'bars_30m',
  '60m': 'bars_60m',
  '1d': DAILY_BARS,
  '1w': 'bars_1w',
  '1M': 'bars_1mo',
};

/** The table that holds bars of a period. */
export function barTable(period: Period): string {
  return BAR_TABLES[period];
}

/** The period of the bars in a table; undefined where it holds none. */
export function periodOfTable(table: string): Period | undefined {
  return (Object.keys(BAR_TABLES) as Period[]).find((period) => BAR_TABLES[period] === table);
}
