import type { SeriesDefinition, SeriesRow } from '@quotefleet/timeseries';

/** Ticks: several rows may share a millisecond. */
export const TICKS: SeriesDefinition = {
  name: 'ticks',
  key: ['symbol', 'ts', 'seq'],
  partitionBy: 'day',
  columns: [
    { name: 'symbol', type: 'text' },
    { name: 'ts', type: 'bigint' },
    { name: 'seq', type: 'bigint' },
    { name: 'last', type: 'double' },
    { name: 'volume', type: 'bigint', optional: true },
    { name: 'bidPrices', type: 'double', length: 3, optional: true },
  ],
};

/** 09:30 in Shanghai. */
export const OPEN_MS = Date.parse('2026-01-05T09:30:00+08:00');
const DAY_MS = 86_400_000;

/** Rows of some days, three to a millisecond. */
export function ticksOf(symbol: string, days: number, perDay: number): SeriesRow[] {
  return Array.from({ length: days * perDay }, (_, index) => {
    const at = index % perDay;
    return {
      symbol,
      ts: OPEN_MS + Math.floor(index / perDay) * DAY_MS + Math.floor(at / 3),
      seq: at,
      last: 100 + at / 7,
      ...(at % 2 === 0 ? { volume: at * 100 } : {}),
      bidPrices: [99.99, 99.98].slice(0, at % 3),
    };
  });
}
