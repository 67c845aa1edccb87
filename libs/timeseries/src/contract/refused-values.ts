import { BEFORE_MIDNIGHT_MS } from './contract-series.ts';

/** What no store takes into a row of `newSeries`: a description, the values, and the column an error names. */
export const REFUSED_VALUES: [string, Record<string, unknown>, string][] = [
  ['NaN', { lastPrice: Number.NaN }, 'lastPrice'],
  ['infinity', { lastPrice: Number.NEGATIVE_INFINITY }, 'lastPrice'],
  ['a number that is no safe integer', { volume: 2 ** 53 }, 'volume'],
  ['a fraction of a share', { volume: 0.5 }, 'volume'],
  ['a time that is no integer', { ts: 1.5 }, 'ts'],
  ['a time that is no number', { ts: Number.NaN }, 'ts'],
  ['a time in microseconds', { ts: BEFORE_MIDNIGHT_MS * 1_000 }, 'ts'],
  ['text for a number', { lastPrice: '1.5' }, 'lastPrice'],
  ['a number for text', { note: 5 }, 'note'],
  ['a number for a boolean', { isFinal: 1 }, 'isFinal'],
  ['nothing in a required column', { lastPrice: undefined }, 'lastPrice'],
  ['a list that is too long', { bidPrices: [1, 2, 3, 4] }, 'bidPrices'],
  ['NaN within a list', { bidPrices: [1, Number.NaN] }, 'bidPrices'],
  ['a fraction within a list of integers', { bidVolumes: [100, 0.5] }, 'bidVolumes'],
  ['one number for a list', { bidVolumes: 100 }, 'bidVolumes'],
  ['the character 0', { note: 'a\0b' }, 'note'],
  ['half of a surrogate pair', { note: '行\ud83d' }, 'note'],
];
