import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { partitionRanges, partitionWindows } from './partition-windows.ts';

const DAYS = Array.from({ length: 500 }, (_, day) => day * 10);

describe('partitionWindows', () => {
  it('reads a range of few partitions at once', () => {
    expect([...partitionWindows(DAYS, { from: 100, to: 130 }, 'asc')]).toEqual([{ from: 100, to: 130 }]);
    expect([...partitionWindows([], {}, 'desc')]).toEqual([{}]);
  });

  it('begins with the newest partitions, and with the oldest in ascending order', () => {
    const { value: newest } = partitionWindows(DAYS, {}, 'desc').next();
    const { value: oldest } = partitionWindows(DAYS, { from: 995 }, 'asc').next();
    expect(newest).toEqual({ from: 4_960 });
    expect(oldest).toEqual({ from: 995, to: 1_030 });
  });

  it.each(['asc', 'desc'] as const)('covers the whole range once, in windows of at most 64 partitions, %s', (order) => {
    const starts = fc.uniqueArray(fc.integer({ min: 0, max: 1_000 }), { maxLength: 400 });
    const bound = fc.option(fc.integer({ min: -10, max: 1_010 }), { nil: undefined });
    fc.assert(
      fc.property(starts, bound, bound, (unsorted, a, b) => {
        const sorted = unsorted.sort((x, y) => x - y);
        const [from, to] = a !== undefined && b !== undefined && a > b ? [b, a] : [a, b];
        const windows = [...partitionWindows(sorted, bounds(from, to), order)];
        const ascending = order === 'asc' ? windows : windows.toReversed();
        expect(ascending[0]?.from).toBe(from);
        expect(ascending.at(-1)?.to).toBe(to);
        for (const [i, window] of ascending.slice(1).entries()) expect(window.from).toBe(ascending[i]?.to);
        for (const window of windows) expect(partitionsIn(sorted, window)).toBeLessThanOrEqual(64);
      }),
    );
  });
});

describe('partitionRanges', () => {
  it('cuts all of time where a partition begins, but for the first one', () => {
    expect(partitionRanges([10, 20, 30])).toEqual([{ to: 20 }, { from: 20, to: 30 }, { from: 30 }]);
    expect(partitionRanges([10])).toEqual([{}]);
    expect(partitionRanges([])).toEqual([{}]);
  });
});

function bounds(from: number | undefined, to: number | undefined) {
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

function partitionsIn(starts: readonly number[], { from = -Infinity, to = Infinity }): number {
  const ends = [...starts.slice(1), Infinity];
  return starts.filter((start, i) => start < to && (ends[i] as number) > from).length;
}
