import { boardOfCode } from './board.ts';
import { EXCHANGE_NAMES, type Exchange } from './exchange.ts';

export interface ParsedSymbol {
  /** Canonical form, such as `600519.SH`. */
  symbol: string;
  code: string;
  exchange: Exchange;
}

/** What the caller knows: a bare `000001` is a stock of Shenzhen unless it is asked for as an index. */
export interface SymbolHint {
  kind?: 'stock' | 'index';
}

/** The accepted forms, in words for people. */
export const SYMBOL_FORMS =
  '600519.SH, 600519, sh600519, SHSE.600519, 600519.XSHG, 600519.SS, 1.600519 (Eastmoney), 000001.SZ, bj920047, 00700.HK, hk00700, AAPL.US, usAAPL';

/** The text names no instrument in any accepted form. */
export class SymbolError extends Error {
  readonly input: string;
  readonly reason: string;

  constructor(input: string, reason: string) {
    super(`expected a symbol such as ${SYMBOL_FORMS}, was '${input}': ${reason}`);
    this.name = 'SymbolError';
    this.input = input;
    this.reason = reason;
  }
}

const BARE = /^\d{5,6}$/;
const EASTMONEY = /^([01])\.(\d{6})$/;
const SUFFIXED = /^([0-9A-Z]{1,8})\.([A-Z]{2,4})$/;
const PREFIXED = /^([A-Z]{2,4})\.([0-9A-Z]{1,8})$/;
const GLUED = /^(SH|SZ|BJ|HK)(\d{1,6})$/;
/** Tencent's form; the case tells the prefix, since USB is a ticker too. */
const GLUED_US = /^us([A-Z][A-Z0-9]{0,7})$/;
const CODE_FORMS: Readonly<Record<Exchange, RegExp>> = {
  SH: /^\d{6}$/,
  SZ: /^\d{6}$/,
  BJ: /^\d{6}$/,
  HK: /^\d{1,5}$/,
  US: /^[A-Z][A-Z0-9]{0,7}$/,
};
const MAINLAND = ['SH', 'SZ', 'BJ'] as const;
const HK_CODE_LENGTH = 5;

/**
 * Reads a symbol in any accepted form; blanks around it do not matter, nor does case but for `usAAPL`.
 *
 * A code given with an exchange that does not use it is refused (`920047.SH`): nines are not always Shanghai.
 * @throws {SymbolError} naming the accepted forms.
 * @example parseSymbol('sh600519').symbol // '600519.SH'
 */
export function parseSymbol(input: string, hint: SymbolHint = {}): ParsedSymbol {
  const text = input.trim().toUpperCase();
  if (BARE.test(text)) return parseBare(input, text, hint);

  const eastmoney = EASTMONEY.exec(text);
  if (eastmoney?.[1] && eastmoney[2]) return parseEastmoney(input, eastmoney[1], eastmoney[2]);

  const suffixed = SUFFIXED.exec(text);
  const suffix = suffixed?.[2] && EXCHANGE_NAMES[suffixed[2]];
  if (suffixed?.[1] && suffix) return withExchange(input, suffixed[1], suffix);

  const prefixed = PREFIXED.exec(text) ?? GLUED.exec(text);
  const prefix = prefixed?.[1] && EXCHANGE_NAMES[prefixed[1]];
  if (prefixed?.[2] && prefix) return withExchange(input, prefixed[2], prefix);

  const american = GLUED_US.exec(input.trim());
  if (american?.[1]) return toParsed(american[1], 'US');

  throw new SymbolError(input, 'no such form');
}

function parseBare(input: string, code: string, hint: SymbolHint): ParsedSymbol {
  if (code.length === HK_CODE_LENGTH) return toParsed(code, 'HK');
  const exchange = exchangeOfBare(code, hint.kind === 'index');
  if (!exchange) throw new SymbolError(input, 'no exchange uses this code; name the exchange');
  return toParsed(code, exchange);
}

/** Eastmoney's market number: 1 is Shanghai, 0 is Shenzhen and Beijing. */
function parseEastmoney(input: string, market: string, code: string): ParsedSymbol {
  if (market === '1') return withExchange(input, code, 'SH');
  const isBeijing = boardOfCode(code, 'SZ') === 'other' && boardOfCode(code, 'BJ') !== 'other';
  return withExchange(input, code, isBeijing ? 'BJ' : 'SZ');
}

function withExchange(input: string, code: string, exchange: Exchange): ParsedSymbol {
  if (!CODE_FORMS[exchange].test(code)) throw new SymbolError(input, `no code of ${exchange}`);
  if (exchange === 'HK') return toParsed(code.padStart(HK_CODE_LENGTH, '0'), exchange);
  if (boardOfCode(code, exchange) === 'other') {
    const user = exchangeOfBare(code, false);
    if (user) throw new SymbolError(input, `${code} is a code of ${user}`);
  }
  return toParsed(code, exchange);
}

/** The exchange that uses a bare code; where Shanghai has an index and Shenzhen a stock, the kind decides. */
function exchangeOfBare(code: string, isIndex: boolean): Exchange | undefined {
  const users = MAINLAND.filter((exchange) => boardOfCode(code, exchange) !== 'other');
  if (users.length <= 1) return users[0];
  return users.find((exchange) => (boardOfCode(code, exchange) === 'index') === isIndex);
}

function toParsed(code: string, exchange: Exchange): ParsedSymbol {
  return { symbol: `${code}.${exchange}`, code, exchange };
}
