import { ETFS, INDEX_LIST, type Security, STOCKS } from '../universe.ts';

/** What an index or an ETF is made of; its level is the value of the members times a factor that changes by year. */
export interface Basket {
  id: string;
  members: readonly { symbol: string; weight: number }[];
  /** Level at the end of {@link BASE_YEAR}. */
  level: number;
}

export const BASE_YEAR = 2024;

const size = ({ level, shares }: Security) => level * shares;
const bySize = [...STOCKS]
  .filter(({ isSt }) => !isSt)
  .sort((a, b) => size(b) - size(a) || (a.symbol < b.symbol ? -1 : 1));
const mainlandBySize = bySize.filter(({ symbol }) => !symbol.endsWith('.BJ'));
const on = (boards: string[]) => bySize.filter(({ board }) => boards.includes(board));

const LARGE = 150;
const MIDDLE = 70;

/** The members by size and board, after the way the real indices choose theirs, from a smaller universe. */
const INDEX_MEMBERS: Record<string, readonly Security[]> = {
  '000001.SH': STOCKS.filter(({ symbol, isSt }) => symbol.endsWith('.SH') && !isSt),
  '000016.SH': on(['sse-main']).slice(0, 40),
  '000300.SH': mainlandBySize.slice(0, LARGE),
  '000905.SH': mainlandBySize.slice(LARGE, LARGE + MIDDLE),
  '000852.SH': mainlandBySize.slice(LARGE + MIDDLE),
  '000688.SH': on(['star', 'cdr']).slice(0, 18),
  '000698.SH': on(['star', 'cdr']).slice(18),
  '399001.SZ': on(['szse-main', 'chinext']),
  '399005.SZ': on(['szse-main']).filter(({ symbol }) => symbol.startsWith('002')),
  '399006.SZ': on(['chinext']),
  '399673.SZ': on(['chinext']).slice(0, 20),
  '899050.BJ': on(['bse']),
};
/** Shanghai's composite counts all shares; the other indices count those that float, a smaller part of a larger number. */
const WHOLE_CAPITAL = '000001.SH';
const FLOATING_WHOLLY = 15e9;

function weightOf({ shares }: Security, isWhole: boolean): number {
  return isWhole ? shares : shares * Math.min(1, (FLOATING_WHOLLY / shares) ** 0.35);
}

function basket(id: string, securities: readonly Security[], level: number): Basket {
  const members = securities.map((security) => ({
    symbol: security.symbol,
    weight: weightOf(security, id === WHOLE_CAPITAL),
  }));
  return { id, members, level };
}

const indexBaskets = INDEX_LIST.map(({ symbol, level }) => basket(symbol, INDEX_MEMBERS[symbol] ?? [], level));
const sectorBaskets = ETFS.filter(({ follows }) => follows?.startsWith('sector:')).map(({ follows = '', level }) => {
  const sectors = follows.slice('sector:'.length).split(',');
  const members = bySize.filter(({ sector }) => sectors.includes(sector));
  return basket(follows, members, level * 1000);
});

export const BASKETS: ReadonlyMap<string, Basket> = new Map(
  [...indexBaskets, ...sectorBaskets].map((each) => [each.id, each]),
);
