import { expect, it } from '@jest/globals';
import { canonicalSymbol } from './canonical-symbol.ts';

it.each([
  ['600519', undefined, '600519.SH'],
  ['sh600519', undefined, '600519.SH'],
  ['000001', undefined, '000001.SZ'],
  ['000001', 'index', '000001.SH'],
  ['000300.XSHG', 'index', '000300.SH'],
  ['430047', undefined, '920047.BJ'],
  ['bj835185', undefined, '920185.BJ'],
  ['700', 'hk', '00700.HK'],
  ['hk00700', 'hk', '00700.HK'],
  ['aapl', 'us', 'AAPL.US'],
  ['usAAPL', 'us', 'AAPL.US'],
  ['USB', 'us', 'USB.US'],
  ['600519.SH', 'us', '600519.SH'],
  ['garbage!', undefined, undefined],
  ['', 'hk', undefined],
] as const)('reads %s at the endpoint of %s as %s', (text, codesOf, symbol) => {
  expect(canonicalSymbol(text, codesOf)).toBe(symbol);
});
