import { uniqueName } from '@quotefleet/testing';
import type { SeriesDefinition, SeriesRow } from '../time-series-store.ts';

/** 2026-11-20 23:59:59 in Shanghai. */
export const BEFORE_MIDNIGHT_MS = Date.UTC(2026, 10, 20, 15, 59, 59);
export const SYMBOL = '600519.SH';

/** A series with a column of every type, under a name of its own. */
export function newSeries(options: Partial<SeriesDefinition> = {}): SeriesDefinition {
  return {
    name: uniqueName('series'),
    key: ['symbol', 'ts', 'seq'],
    partitionBy: 'day',
    columns: [
      { name: 'symbol', type: 'text' },
      { name: 'ts', type: 'bigint' },
      { name: 'seq', type: 'bigint' },
      { name: 'lastPrice', type: 'double' },
      { name: 'volume', type: 'bigint', optional: true },
      { name: 'bidPrices', type: 'double', length: 3, optional: true },
      { name: 'bidVolumes', type: 'bigint', length: 3, optional: true },
      { name: 'isFinal', type: 'boolean', optional: true },
      { name: 'note', type: 'text', optional: true },
    ],
    ...options,
  };
}

/** A row of `newSeries`. */
export function newRow(values: Partial<SeriesRow> = {}): SeriesRow {
  return { symbol: SYMBOL, ts: BEFORE_MIDNIGHT_MS, seq: 0, lastPrice: 1700.01, ...values };
}
