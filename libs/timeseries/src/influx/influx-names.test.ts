import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { escapeTag, fromTag, quoteField, quoteName, toTag } from './influx-names.ts';
import { parseSeriesKey } from './symbol-tags.ts';

describe('names and texts for InfluxDB', () => {
  it('leaves ordinary symbols as they are', () => {
    for (const symbol of ['600519.SH', 'AAPL.US', '中国平安', 'a b', "x' OR 1=1"]) expect(toTag(symbol)).toBe(symbol);
  });

  it.each([
    ['', '%'],
    ['%', '%25'],
    ['a\\', 'a%5C'],
    ['a\nb\tc', 'a%0Ab%09c'],
  ])('keeps %j as the tag %j, which line protocol could not escape', (text, tag) => {
    expect(toTag(text)).toBe(tag);
    expect(fromTag(tag)).toBe(text);
  });

  it('gives every text a tag of its own, which a series key gives back', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('%', '%25', '\\', 'a,b=c d', '\n'));
    fc.assert(
      fc.property(text, text, (symbol, board) => {
        const key = `ticks,board=${escapeTag(toTag(board))},symbol=${escapeTag(toTag(symbol))}`;
        expect(parseSeriesKey(key)).toEqual({ board, symbol });
      }),
    );
  });

  it('quotes text fields and names', () => {
    expect(quoteField('say "a\\b"\nand \\')).toBe('"say \\"a\\\\b\\"\nand \\\\"');
    expect(quoteName('a"; DROP DATABASE b')).toBe('"a\\"; DROP DATABASE b"');
  });
});
