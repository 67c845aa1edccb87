import { describe, expect, it } from '@jest/globals';
import { doubleLiteral, integerLiteral, textLiteral, toSqlName } from './sql-text.ts';

describe('names in TDengine', () => {
  it('are lower case with underscores', () => {
    expect(['bidPrices', 'ts', 'lastPrice2x', 'level2_snapshots'].map(toSqlName)).toEqual([
      'bid_prices',
      'ts',
      'last_price2x',
      'level2_snapshots',
    ]);
  });

  it.each(['', '2x', 'a`b', 'a.b', 'a b', '价', 'x'.repeat(61)])('refuse %p', (name) => {
    expect(() => toSqlName(name)).toThrow('expected a name of letters, digits and _');
  });
});

describe('values in SQL', () => {
  it('escape what would end a text or start something else in it', () => {
    expect(textLiteral(`it's "a\\b"\n\r\t%_`)).toBe(`'it\\'s "a\\\\b"\\n\\r\\t%_'`);
    expect(textLiteral("\\'); DROP DATABASE x; --")).toBe("'\\\\\\'); DROP DATABASE x; --'");
  });

  it('write the smallest doubles in hexadecimal, exactly', () => {
    expect(doubleLiteral(5e-324)).toBe("'0x1p-1074'");
    expect(doubleLiteral(-2.225073858507201e-308)).toBe("'-0xfffffffffffffp-1074'");
    expect(doubleLiteral(2.2250738585072014e-308)).toBe('2.2250738585072014e-308');
  });

  it('keep the sign of zero', () => {
    expect([0, -0].map(doubleLiteral)).toEqual(['0', '-0.0']);
  });

  it.each(['1; DROP DATABASE x', Number.NaN, Number.POSITIVE_INFINITY, 1.5, 2 ** 53, undefined, 5n])(
    'refuse %p as an integer',
    (value) => expect(() => integerLiteral(value)).toThrow('expected a safe integer'),
  );
});
