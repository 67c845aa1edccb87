import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fitsName, meet } from './glob.ts';

describe('two globs meet', () => {
  it.each([
    ['tick:*', 'tick:60*.SH', true],
    ['tick:*', 'depth:*', false],
    ['bar:*:1m', 'bar:600519.SH:*', true],
    ['bar:*:1m', 'bar:*:1d', false],
    ['*', '', true],
    ['a*b', 'ab', true],
    ['a*b', 'a', false],
  ])('%s and %s: %s', (one, other, expected) => {
    expect(meet(one, other)).toBe(expected);
    expect(meet(other, one)).toBe(expected);
  });

  it('wherever a name fits both', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 6 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, name, (one, other, both) => {
        if (fitsName(one, both) && fitsName(other, both)) expect(meet(one, other)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('only where a name fits both', () => {
    const names = ['', ...'ab'].flatMap((a) => ['', ...'ab'].flatMap((b) => ['', ...'ab'].map((c) => a + b + c)));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 2 });
    fc.assert(
      fc.property(text, text, (one, other) => {
        if (meet(one, other)) expect(names.some((name) => fitsName(one, name) && fitsName(other, name))).toBe(true);
      }),
    );
  });
});
