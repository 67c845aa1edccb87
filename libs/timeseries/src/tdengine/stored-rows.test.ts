import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newRow } from '../contract/contract-series.ts';
import { keyChunks } from './stored-rows.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

it('looks for rows of the same times in one query', () => {
  const keys = Array.from({ length: 5_000 }, (_, i) =>
    newRow({ symbol: `${i % 500}`, ts: Math.floor(i / 500) * MINUTE_MS }),
  );
  expect(sizes(keys)).toEqual([[500, 10]]);
});

it('does not look through the time between rows that are far apart', () => {
  expect(sizes([newRow({ ts: 400 * DAY_MS }), newRow({ ts: 0 }), newRow({ ts: 1 })])).toEqual([
    [1, 2],
    [1, 1],
  ]);
});

it('finds every key, and not many more than were asked for were there rows for each symbol at each time', () => {
  const key = fc.tuple(fc.nat(600), fc.nat(3_000)).map(([s, m]) => newRow({ symbol: `${s}`, ts: m * MINUTE_MS }));
  fc.assert(
    fc.property(fc.array(key, { maxLength: 2_000, size: 'max' }), (keys) => {
      const chunks = [...keyChunks(keys)];
      const covered = (row: { symbol: string; ts: number }) =>
        chunks.some(({ symbols, times }) => symbols.has(row.symbol) && times.has(row.ts));
      expect(keys.every(covered)).toBe(true);
      for (const { symbols, times, keys: count } of chunks) {
        expect(Math.max(symbols.size, times.size)).toBeLessThanOrEqual(500);
        expect(symbols.size * times.size).toBeLessThanOrEqual(Math.max(20_000, 100 * count));
      }
    }),
    { numRuns: 20 },
  );
});

function sizes(keys: ReturnType<typeof newRow>[]): number[][] {
  return [...keyChunks(keys)].map(({ symbols, times }) => [symbols.size, times.size]);
}
