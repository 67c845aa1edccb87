import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { partitionSpan } from './partition-span.ts';

const HOUR_MS = 3_600_000;

describe('partitionSpan', () => {
  it('begins a day at midnight in Shanghai', () => {
    const midnight = Date.UTC(2026, 10, 20, 16);
    expect(partitionSpan(midnight, 'day')).toEqual({
      from: midnight,
      to: midnight + 24 * HOUR_MS,
      suffix: 'p20261121',
    });
    expect(partitionSpan(midnight - 1, 'day')).toMatchObject({ to: midnight, suffix: 'p20261120' });
  });

  it('begins a month and a year at midnight in Shanghai of their first day', () => {
    const newYear = Date.UTC(2025, 11, 31, 16);
    const february = Date.UTC(2026, 0, 31, 16);
    expect(partitionSpan(newYear, 'month')).toEqual({ from: newYear, to: february, suffix: 'p202601' });
    expect(partitionSpan(newYear, 'year')).toMatchObject({ from: newYear, suffix: 'p2026' });
    expect(partitionSpan(newYear - 1, 'year')).toMatchObject({ to: newYear, suffix: 'p2025' });
  });

  it('moves no boundary for the daylight saving time of 1986 to 1991', () => {
    const summerDay = Date.UTC(1990, 6, 1, 12);
    expect(partitionSpan(summerDay, 'day')?.from).toBe(Date.UTC(1990, 5, 30, 16));
  });

  it.each(['day', 'month', 'year'] as const)('divides time into one %s after the other', (partitionBy) => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1700, 0, 1), max: Date.UTC(2200, 0, 1) }), (ts) => {
        const span = partitionSpan(ts, partitionBy);
        if (!span) throw new Error('expected a span');
        expect(span.from).toBeLessThanOrEqual(ts);
        expect(span.to).toBeGreaterThan(ts);
        expect(partitionSpan(span.to - 1, partitionBy)).toEqual(span);
        expect(partitionSpan(span.to, partitionBy)?.from).toBe(span.to);
      }),
    );
  });

  it('knows no partition of what is no time in ms', () => {
    for (const ts of [Number.NaN, 1e17, -1e17, Number.POSITIVE_INFINITY])
      expect(partitionSpan(ts, 'day')).toBeUndefined();
  });
});
