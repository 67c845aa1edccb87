import { describe, expect, it } from '@jest/globals';
import { newRow, newSeries } from './contract/contract-series.ts';
import { REFUSED_VALUES } from './contract/refused-values.ts';
import { checkRow } from './row-check.ts';
import type { SeriesRow } from './time-series-store.ts';

const SERIES = newSeries({ name: 'ticks' });

describe('checkRow', () => {
  it('lets a row pass that has a value for every column, or for the required ones', () => {
    const full = { volume: 1, bidPrices: [0.1], bidVolumes: [], isFinal: false, note: '平安 😀' };
    for (const row of [newRow(full), newRow()]) expect(() => checkRow(SERIES, row, 0)).not.toThrow();
  });

  it.each(REFUSED_VALUES)('refuses %s', (_, values, column) => {
    const check = () => checkRow(SERIES, newRow(values as Partial<SeriesRow>), 3);
    expect(check).toThrow(TypeError);
    expect(check).toThrow(`ticks row 3, ${column}: expected`);
  });

  it.each([
    [{ volume: 0.5 }, 'ticks row 0, volume: expected a safe integer, or undefined, was 0.5'],
    [{ lastPrice: '1.5' }, 'ticks row 0, lastPrice: expected a finite number, was "1.5"'],
    [{ bidPrices: [1, 2, 3, 4] }, 'expected at most 3 values, each a finite number, or undefined, was [1,2,3,4]'],
    [{ ts: 1e17 }, 'ticks row 0, ts: expected ms since epoch, was 100000000000000000'],
  ])('says what it expected and what it found: %j', (values, message) => {
    expect(() => checkRow(SERIES, newRow(values), 0)).toThrow(message);
  });
});
