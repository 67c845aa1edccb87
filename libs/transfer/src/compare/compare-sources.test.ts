import { beforeEach, describe, expect, it } from '@jest/globals';
import { createMemoryStore, type MemoryStore } from '../../tests/memory-store.ts';
import { OPEN_MS, TICKS, ticksOf } from '../../tests/series.ts';
import { type CompareOptions, compareSources, type DayDifference } from './compare-sources.ts';

const SYMBOL = '600519.SH';
const DAY_MS = 86_400_000;
let left: MemoryStore;
let right: MemoryStore;

beforeEach(async () => {
  left = createMemoryStore();
  right = createMemoryStore();
  for (const store of [left, right]) {
    await store.prepare([TICKS]);
    await store.append('ticks', [...ticksOf(SYMBOL, 5, 30), ...ticksOf('000001.SZ', 2, 10)]);
  }
});

async function compare(options: Partial<CompareOptions> = {}) {
  const differences: DayDifference[] = [];
  const onDifference = (difference: DayDifference) => differences.push(difference);
  const report = await compareSources({ left, right, series: [TICKS], scope: 'both', onDifference, ...options });
  return { report, differences };
}

describe('compareSources', () => {
  it('finds nothing between sides that hold the same', async () => {
    const { report } = await compare();
    expect(report).toEqual({ symbols: 2, days: 7, leftRows: 170, rightRows: 170, differences: 0 });
  });

  it('names the symbol-day of a value that was changed', async () => {
    const [row] = await right.read('ticks', { symbol: SYMBOL, from: OPEN_MS + DAY_MS, limit: 1 });
    if (!row) throw new Error('expected a row');
    await right.append('ticks', [{ ...row, last: 100.000_000_000_000_01 }]);
    const { report, differences } = await compare();
    expect(report.differences).toBe(1);
    expect(differences).toEqual([
      expect.objectContaining({
        table: 'ticks',
        symbol: SYMBOL,
        day: '2026-01-06',
        leftRows: 30,
        rightRows: 30,
        changed: 1,
      }),
    ]);
  });

  it('counts rows that one side lacks, by key', async () => {
    await right.remove('ticks', { symbol: SYMBOL, from: OPEN_MS, to: OPEN_MS + 1 });
    await right.append('ticks', [{ symbol: SYMBOL, ts: OPEN_MS, seq: 77, last: 1 }]);
    const { differences } = await compare();
    expect(differences).toEqual([
      expect.objectContaining({
        day: '2026-01-05',
        leftRows: 30,
        rightRows: 28,
        onlyLeft: 3,
        onlyRight: 1,
        changed: 0,
      }),
    ]);
  });

  it('tells a day of the right side alone only where asked', async () => {
    await right.append('ticks', [{ symbol: SYMBOL, ts: OPEN_MS - DAY_MS, seq: 0, last: 1 }]);
    await right.append('ticks', [{ symbol: 'NEW.SH', ts: OPEN_MS, seq: 0, last: 1 }]);
    expect((await compare({ scope: 'left' })).differences).toEqual([]);
    const { differences } = await compare();
    expect(differences.map(({ symbol, day, onlyRight }) => [symbol, day, onlyRight]).sort()).toEqual([
      [SYMBOL, '2026-01-04', 1],
      ['NEW.SH', '2026-01-05', 1],
    ]);
  });

  it('compares the days asked for alone', async () => {
    const { report } = await compare({ days: { from: '2026-01-06', to: '2026-01-07' }, symbols: [SYMBOL] });
    expect(report).toMatchObject({ symbols: 1, days: 2, leftRows: 60 });
  });
});
