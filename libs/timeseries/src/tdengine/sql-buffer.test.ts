import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SqlBuffer } from './sql-buffer.ts';
import { textLiteral } from './sql-text.ts';

describe('a statement written as bytes', () => {
  it('holds integers that read back as they were', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(written((sql) => sql.integer(value))).toBe(String(value));
      }),
    );
  });

  it.each([0, 9, 10, 9_999_999, 10_000_000, 10_000_001, 1_764_000_000_000, 2 ** 53 - 1, -1, -(2 ** 53) + 1])(
    'writes the integer %p',
    (value) => expect(written((sql) => sql.integer(value))).toBe(String(value)),
  );

  it('holds doubles that read back as they were, prices among them', () => {
    const price = fc.tuple(fc.nat(1e10), fc.constantFrom(1, 10, 100, 1_000)).map(([n, scale]) => n / scale);
    const amount = fc.nat(Number.MAX_SAFE_INTEGER).map((n) => n / 100);
    const normal = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => Math.abs(n) >= 2.3e-308);
    fc.assert(
      fc.property(fc.oneof(price, amount, normal), (value) => {
        expect(Number(written((sql) => sql.double(value)))).toBe(value);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    [1700.01, '1700.01'],
    [1700.5, '1700.5'],
    [0.105, '0.105'],
    [0.005, '0.005'],
    [12, '12'],
    [1e21, '1e+21'],
    [0.1 + 0.2, '0.30000000000000004'],
    [-1.5, '-1.5'],
    [-0, '-0.0'],
  ])('writes the double %p', (value, text) => expect(written((sql) => sql.double(value))).toBe(text));

  it('holds texts as literals, whatever they are', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.constantFrom('', "'", 'T111', 'a\\', '中国平安', '\x7f', '\x01'),
    );
    fc.assert(
      fc.property(text, (value) => {
        expect(written((sql) => sql.text(value))).toBe(textLiteral(value));
      }),
    );
  });
});

// One for all: each is 1.5 MB of memory to be had and given back.
const sql = new SqlBuffer();

function written(write: (sql: SqlBuffer) => void): string {
  const start = sql.length;
  write(sql);
  return sql.head().subarray(start).toString();
}
