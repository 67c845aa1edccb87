import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boardOf, exchangeOf, kindOf } from './board.ts';
import { parseSymbol, SymbolError } from './parse-symbol.ts';

describe('parseSymbol', () => {
  it.each([
    ['600519.SH', '600519.SH'],
    ['600519', '600519.SH'],
    ['sh600519', '600519.SH'],
    ['SH600519', '600519.SH'],
    ['SHSE.600519', '600519.SH'],
    ['600519.XSHG', '600519.SH'],
    ['600519.SS', '600519.SH'],
    ['sh.600519', '600519.SH'],
    ['1.600519', '600519.SH'],
    ['  600519.sh ', '600519.SH'],
    ['000001', '000001.SZ'],
    ['SZSE.000001', '000001.SZ'],
    ['000001.XSHE', '000001.SZ'],
    ['0.000001', '000001.SZ'],
    ['1.000001', '000001.SH'],
    ['sh000001', '000001.SH'],
    ['000300.SH', '000300.SH'],
    ['300750', '300750.SZ'],
    ['399001', '399001.SZ'],
    ['510300', '510300.SH'],
    ['159915', '159915.SZ'],
    ['900901', '900901.SH'],
    ['200011', '200011.SZ'],
    ['689009', '689009.SH'],
    ['bj920047', '920047.BJ'],
    ['BSE.920047', '920047.BJ'],
    ['920047', '920047.BJ'],
    ['0.920047', '920047.BJ'],
    ['0.430047', '430047.BJ'],
    ['835185', '835185.BJ'],
    ['899050', '899050.BJ'],
    ['00700.HK', '00700.HK'],
    ['700.HK', '00700.HK'],
    ['hk00700', '00700.HK'],
    ['00700', '00700.HK'],
    ['AAPL.US', 'AAPL.US'],
    ['us.aapl', 'AAPL.US'],
    ['usAAPL', 'AAPL.US'],
    ['US.BABA', 'BABA.US'],
    ['hk700', '00700.HK'],
    ['HK.00700', '00700.HK'],
    ['HKEX.00700', '00700.HK'],
    ['00700.XHKG', '00700.HK'],
    ['USB.US', 'USB.US'],
    ['204001.SH', '204001.SH'],
  ])('reads %s as %s', (input, symbol) => {
    expect(parseSymbol(input).symbol).toBe(symbol);
  });

  it('takes a code that is a stock and an index for what the caller asks', () => {
    expect(parseSymbol('000001', { kind: 'index' })).toEqual({ symbol: '000001.SH', code: '000001', exchange: 'SH' });
    expect(parseSymbol('000001', { kind: 'stock' }).symbol).toBe('000001.SZ');
    expect(parseSymbol('399001', { kind: 'index' }).symbol).toBe('399001.SZ');
  });

  it.each([
    ['920047.SH', '920047 is a code of BJ'],
    ['sh920002', '920002 is a code of BJ'],
    ['600519.SZ', '600519 is a code of SH'],
    ['1.000002.3', 'no such form'],
    ['AAPL', 'no such form'],
    ['USB', 'no such form'],
    ['usaapl', 'no such form'],
    ['700000.HK', 'no code of HK'],
    ['', 'no such form'],
    ['600519.XX', 'no such form'],
    ['60051.SH', 'no code of SH'],
    ['AAPL.SH', 'no code of SH'],
    ['999999', 'no exchange uses this code; name the exchange'],
  ])('refuses %s and says why', (input, reason) => {
    expect(() => parseSymbol(input)).toThrow(SymbolError);
    expect(() => parseSymbol(input)).toThrow(reason);
    expect(() => parseSymbol(input)).toThrow('600519.SH, 600519, sh600519');
  });

  it('leaves a canonical symbol as it is', () => {
    const digits = fc.integer({ min: 0, max: 999_999 }).map((code) => String(code).padStart(6, '0'));
    fc.assert(
      fc.property(digits, fc.constantFrom('SH', 'SZ', 'BJ'), (code, exchange) => {
        let symbol: string;
        try {
          symbol = parseSymbol(`${code}.${exchange}`).symbol;
        } catch (error) {
          return error instanceof SymbolError;
        }
        return symbol === `${code}.${exchange}` && parseSymbol(`${exchange.toLowerCase()}${code}`).symbol === symbol;
      }),
    );
  });

  it('never fails in another way, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          return parseSymbol(text).symbol.length > 0;
        } catch (error) {
          return error instanceof SymbolError && error.input === text;
        }
      }),
    );
  });
});

describe('boardOf and kindOf', () => {
  it.each([
    ['600519.SH', 'sse-main', 'stock'],
    ['605123.SH', 'sse-main', 'stock'],
    ['688981.SH', 'star', 'stock'],
    ['689009.SH', 'cdr', 'cdr'],
    ['900901.SH', 'b-share', 'b-share'],
    ['000001.SH', 'index', 'index'],
    ['510300.SH', 'etf', 'etf'],
    ['508000.SH', 'fund', 'fund'],
    ['113050.SH', 'bond', 'bond'],
    ['000001.SZ', 'szse-main', 'stock'],
    ['003816.SZ', 'szse-main', 'stock'],
    ['302132.SZ', 'chinext', 'stock'],
    ['200011.SZ', 'b-share', 'b-share'],
    ['399001.SZ', 'index', 'index'],
    ['159915.SZ', 'etf', 'etf'],
    ['123001.SZ', 'bond', 'bond'],
    ['920047.BJ', 'bse', 'stock'],
    ['430047.BJ', 'bse', 'stock'],
    ['899050.BJ', 'index', 'index'],
    ['00700.HK', 'hk', 'stock'],
    ['AAPL.US', 'us', 'stock'],
    ['204001.SH', 'other', 'other'],
  ])('puts %s on %s as %s', (symbol, board, kind) => {
    expect(boardOf(symbol)).toBe(board);
    expect(kindOf(symbol)).toBe(kind);
    expect(symbol.endsWith(exchangeOf(symbol))).toBe(true);
  });
});
