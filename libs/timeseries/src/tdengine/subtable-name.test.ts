import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { subtableName } from './subtable-name.ts';

it('names the subtable of a symbol after both', () => {
  expect(subtableName('ticks', '600519.SH')).toBe('ticks@600519_SH');
  expect(subtableName('ticks', 'IF2512')).toBe('ticks@IF2512');
});

it('tells symbols apart that are alike once cleaned', () => {
  const names = ['A.B', 'A_B', 'A.b', 'AB', 'A..B', 'A B', '.', '', '茅台', "A'B`"].map((symbol) =>
    subtableName('t', symbol),
  );
  expect(new Set(names).size).toBe(names.length);
});

it('gives any symbol a name that needs no escape and is short enough', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (symbol) => {
      expect(subtableName('x'.repeat(60), symbol)).toMatch(/^[A-Za-z0-9_@]{1,180}$/);
    }),
  );
});
