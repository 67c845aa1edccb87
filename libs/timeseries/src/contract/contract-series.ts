import { uniqueName } from '@quotefleet/testing';
import type { SeriesDefinition, SeriesRow, TimeSeriesStore } from '../time-series-store.ts';

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

/** A series of bars, under a name of its own. */
export function newBarSeries(options: Partial<SeriesDefinition> = {}): SeriesDefinition {
  return {
    name: uniqueName('bars'),
    key: ['symbol', 'ts'],
    partitionBy: 'day',
    columns: [
      { name: 'symbol', type: 'text' },
      { name: 'ts', type: 'bigint' },
      { name: 'open', type: 'double' },
      { name: 'high', type: 'double' },
      { name: 'low', type: 'double' },
      { name: 'close', type: 'double' },
      { name: 'volume', type: 'bigint' },
      { name: 'amount', type: 'double' },
      { name: 'final', type: 'boolean' },
      { name: 'source', type: 'text', optional: true },
    ],
    ...options,
  };
}

/** A row of `newBarSeries`. */
export interface BarRow extends SeriesRow {
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  amount: number;
  final: boolean;
}

export function newBar(values: Partial<BarRow> = {}): BarRow {
  const prices = { open: 10, high: 11, low: 9.5, close: 10.25 };
  return { symbol: SYMBOL, ts: BEFORE_MIDNIGHT_MS, ...prices, volume: 300, amount: 3_000, final: true, ...values };
}

/** A new client of the store, and a new series of its own that is prepared. */
export async function prepared(openStore: () => TimeSeriesStore, definition: SeriesDefinition = newSeries()) {
  const store = openStore();
  await store.prepare([definition]);
  return { store, definition, series: definition.name };
}
