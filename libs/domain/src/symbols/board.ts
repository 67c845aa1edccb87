import type { Market } from '../calendar/market-calendar.ts';
import type { Exchange } from './exchange.ts';

/** Where an instrument trades, as far as its rules differ. `other` is a code of no range known here. */
export type Board =
  | 'sse-main'
  | 'szse-main'
  | 'star'
  | 'chinext'
  | 'bse'
  | 'b-share'
  | 'cdr'
  | 'etf'
  | 'fund'
  | 'index'
  | 'bond'
  | 'hk'
  | 'us'
  | 'other';

export type InstrumentKind = 'stock' | 'b-share' | 'cdr' | 'etf' | 'fund' | 'index' | 'bond' | 'other';

/** Code ranges by exchange, most specific first; `fund` is LOF and REIT. */
const CODE_RANGES: Readonly<Record<'SH' | 'SZ' | 'BJ', readonly (readonly [prefix: string, board: Board])[]>> = {
  SH: [
    ['600', 'sse-main'],
    ['601', 'sse-main'],
    ['603', 'sse-main'],
    ['605', 'sse-main'],
    ['688', 'star'],
    ['689', 'cdr'],
    ['900', 'b-share'],
    ['000', 'index'],
    ['501', 'fund'],
    ['502', 'fund'],
    ['506', 'fund'],
    ['508', 'fund'],
    ['5', 'etf'],
    ['11', 'bond'],
  ],
  SZ: [
    ['000', 'szse-main'],
    ['001', 'szse-main'],
    ['002', 'szse-main'],
    ['003', 'szse-main'],
    ['300', 'chinext'],
    ['301', 'chinext'],
    ['302', 'chinext'],
    ['200', 'b-share'],
    ['399', 'index'],
    ['159', 'etf'],
    ['16', 'fund'],
    ['18', 'fund'],
    ['12', 'bond'],
  ],
  BJ: [
    ['899', 'index'],
    ['92', 'bse'],
    ['43', 'bse'],
    ['83', 'bse'],
    ['87', 'bse'],
    ['88', 'bse'],
    ['82', 'bse'],
  ],
};

const BOARD_BY_PREFIX = new Map(
  Object.entries(CODE_RANGES).flatMap(([exchange, ranges]) =>
    ranges.map(([prefix, board]) => [`${exchange}${prefix}`, board] as const),
  ),
);

/** The board of a code at an exchange, by the code ranges the exchanges publish. */
export function boardOfCode(code: string, exchange: Exchange): Board {
  if (exchange === 'HK') return 'hk';
  if (exchange === 'US') return 'us';
  for (let length = 3; length > 0; length--) {
    const board = BOARD_BY_PREFIX.get(exchange + code.slice(0, length));
    if (board) return board;
  }
  return 'other';
}

/** The board of a canonical symbol; `000001.SH` is an index, `000001.SZ` a stock. */
export function boardOf(symbol: string): Board {
  const dot = symbol.lastIndexOf('.');
  return boardOfCode(symbol.slice(0, dot), symbol.slice(dot + 1) as Exchange);
}

/** The exchange of a canonical symbol. */
export function exchangeOf(symbol: string): Exchange {
  return symbol.slice(symbol.lastIndexOf('.') + 1) as Exchange;
}

/** The calendar a canonical symbol's instrument trades by. */
export function marketOf(symbol: string): Market {
  const exchange = exchangeOf(symbol);
  return exchange === 'HK' || exchange === 'US' ? exchange : 'CN';
}

/** What sort of instrument a canonical symbol names. */
export function kindOf(symbol: string): InstrumentKind {
  const board = boardOf(symbol);
  switch (board) {
    case 'b-share':
    case 'cdr':
    case 'etf':
    case 'fund':
    case 'index':
    case 'bond':
    case 'other':
      return board;
    default:
      return 'stock';
  }
}
