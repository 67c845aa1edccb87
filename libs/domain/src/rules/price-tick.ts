import { boardOf, exchangeOf } from '../symbols/board.ts';

/**
 * The smallest price step: 0.001 for funds, bonds, Shanghai B shares (in US dollars) and Hong Kong's lowest
 * prices, 0.01 else.
 */
export function priceTick(symbol: string): number {
  switch (boardOf(symbol)) {
    case 'etf':
    case 'fund':
    case 'bond':
    case 'hk':
      return 0.001;
    case 'b-share':
      return exchangeOf(symbol) === 'SH' ? 0.001 : 0.01;
    default:
      return 0.01;
  }
}
