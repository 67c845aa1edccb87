import type { SeriesDefinition } from '@quotefleet/timeseries';

/** L1 snapshots. */
export const TICKS: SeriesDefinition = {
  name: 'ticks',
  key: ['symbol', 'ts', 'seq'],
  partitionBy: 'day',
  columns: [
    { name: 'symbol', type: 'text' },
    { name: 'ts', type: 'bigint' },
    { name: 'seq', type: 'bigint' },
    { name: 'epoch', type: 'text' },
    { name: 'last', type: 'double' },
    { name: 'open', type: 'double' },
    { name: 'high', type: 'double' },
    { name: 'low', type: 'double' },
    { name: 'preClose', type: 'double' },
    { name: 'volume', type: 'bigint' },
    { name: 'amount', type: 'double' },
    { name: 'bidPrices', type: 'double', length: 10 },
    { name: 'bidVolumes', type: 'bigint', length: 10 },
    { name: 'askPrices', type: 'double', length: 10 },
    { name: 'askVolumes', type: 'bigint', length: 10 },
    { name: 'phase', type: 'text', optional: true },
    { name: 'limitUp', type: 'double', optional: true },
    { name: 'limitDown', type: 'double', optional: true },
    { name: 'afterHoursVolume', type: 'bigint', optional: true },
    { name: 'afterHoursAmount', type: 'double', optional: true },
    { name: 'source', type: 'text' },
    { name: 'receivedTs', type: 'bigint' },
  ],
};

const BAR_COLUMNS = [
  { name: 'symbol', type: 'text' },
  { name: 'ts', type: 'bigint' },
  { name: 'open', type: 'double' },
  { name: 'high', type: 'double' },
  { name: 'low', type: 'double' },
  { name: 'close', type: 'double' },
  { name: 'volume', type: 'bigint' },
  { name: 'amount', type: 'double' },
  { name: 'final', type: 'boolean' },
  { name: 'source', type: 'text' },
] as const;

/** One-minute bars, by their end. */
export const MINUTE_BARS: SeriesDefinition = {
  name: 'bars_1m',
  key: ['symbol', 'ts'],
  partitionBy: 'month',
  amends: true,
  columns: BAR_COLUMNS,
};

/** Daily bars, by Shanghai midnight of the trade date. */
export const DAILY_BARS: SeriesDefinition = {
  name: 'bars_1d',
  key: ['symbol', 'ts'],
  partitionBy: 'year',
  amends: true,
  columns: BAR_COLUMNS,
};
