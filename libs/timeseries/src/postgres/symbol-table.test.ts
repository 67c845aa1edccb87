import { describe, expect, it } from '@jest/globals';
import { SymbolTable } from './symbol-table.ts';

describe('a table of symbols', () => {
  it('finds the place of each of many, wherever its bytes lie, and of no other', () => {
    const symbols = Array.from({ length: 3_000 }, (_, i) => `${i}.SZ`);
    const table = new SymbolTable(symbols);
    const bytes = Buffer.from(symbols.join(' '));
    let at = 0;
    const found = symbols.map(({ length }) => {
      const place = table.find(bytes, at, at + length);
      at += length + 1;
      return place;
    });
    expect(found).toEqual(symbols.map((_, i) => i));
    expect(placeOf(table, '3000.SZ')).toBe(-1);
  });

  it('tells apart what has the same hash, and what begins alike', () => {
    // 'Aa' and 'BB' have the same sum of characters weighed by 31.
    const table = new SymbolTable(['AaAa', 'BBBB', 'AaBB', 'Aa', '茅台']);
    expect(['AaAa', 'BBBB', 'AaBB', 'Aa', '茅台', 'BBAa', '茅', ''].map((symbol) => placeOf(table, symbol))).toEqual([
      0, 1, 2, 3, 4, -1, -1, -1,
    ]);
  });

  it('may be empty', () => {
    expect(placeOf(new SymbolTable([]), 'a')).toBe(-1);
  });
});

function placeOf(table: SymbolTable, symbol: string): number {
  const bytes = Buffer.from(symbol);
  return table.find(bytes, 0, bytes.length);
}
