import { describe, expect, it } from '@jest/globals';
import { SymbolGroups } from './symbol-groups.ts';

const SYMBOLS = Array.from({ length: 1_000 }, (_, i) => String(i));

describe('groups of symbols', () => {
  it.each([
    ['few', 3],
    ['many', 4_000],
    ['more than a group may have', 1_000_000],
    ['no', 0],
  ])('are all symbols in their order, where each has %s rows', (_, rows) => {
    expect(groupsOf(new SymbolGroups(SYMBOLS, 100_000), () => rows).flat()).toEqual(SYMBOLS);
  });

  it('grow step by step up to the rows that are meant for one', () => {
    const sizes = groupsOf(new SymbolGroups(SYMBOLS, 100_000), () => 1_000).map(({ length }) => length);
    expect(sizes).toEqual([8, 32, 100, 100, 100, 100, 100, 100, 100, 100, 100, 60]);
  });

  it('shrink to what the symbol with the most rows so far leaves room for', () => {
    const heavy = (symbol: string) => (symbol === '20' ? 30_000 : 10);
    const sizes = groupsOf(new SymbolGroups(SYMBOLS.slice(0, 50), 100_000), heavy).map(({ length }) => length);
    expect(sizes).toEqual([8, 32, 3, 3, 3, 1]);
  });

  it('are of one symbol at least', () => {
    const sizes = groupsOf(new SymbolGroups(SYMBOLS.slice(0, 3), 10), () => 30).map(({ length }) => length);
    expect(sizes).toEqual([1, 1, 1]);
  });

  it('are split when they turn out to be too large, down to one symbol', () => {
    const groups = new SymbolGroups(SYMBOLS, 100);
    expect([groups.isTooLarge(400), groups.isTooLarge(401)]).toEqual([false, true]);
    groups.split();
    expect(groups.current).toEqual(['0', '1']);
    groups.split();
    expect(groups.current).toEqual(['0']);
    expect(groups.isTooLarge(1_000_000)).toBe(false);
  });

  it('are none where there is no symbol', () => {
    expect(new SymbolGroups([], 100).current).toEqual([]);
  });
});

function groupsOf(groups: SymbolGroups, rowsOf: (symbol: string) => number): string[][] {
  const found: string[][] = [];
  for (let group = groups.current; group.length > 0; group = groups.current) {
    const rows = group.map(rowsOf);
    if (groups.isTooLarge(rows.reduce((sum, one) => sum + one, 0))) {
      groups.split();
      continue;
    }
    found.push([...group]);
    groups.advance(Math.max(...rows));
  }
  return found;
}
