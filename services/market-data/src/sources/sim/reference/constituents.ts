import { boardOf, isTradingDay, nextTradingDay, previousTradingDay, type TradeDate } from '@quotefleet/domain';
import { BASKETS } from '../daily/baskets.ts';
import { basketOf } from '../daily/fund-day.ts';
import type { MarketYears } from '../daily/market-year.ts';
import { INDEX_LIST, STOCKS } from '../universe.ts';
import { later, nthFriday, type ReferenceRow, rounded, SOURCE, yearOf } from './reference-rows.ts';

interface Membership {
  indexSymbol: string;
  symbol: string;
  inDate: TradeDate;
  outDate?: TradeDate;
}

/** Indices that exchange one stock at a review: the last of the narrow one goes, the first of the pool comes. */
interface Exchange {
  narrow: string;
  pool: string;
  /** Whether what comes to the narrow index leaves the pool, and the other way round. */
  isExclusive: boolean;
}

const EXCHANGES: readonly Exchange[] = [
  { narrow: '000300.SH', pool: '000905.SH', isExclusive: true },
  { narrow: '000905.SH', pool: '000852.SH', isExclusive: true },
  { narrow: '000688.SH', pool: '000698.SH', isExclusive: true },
  { narrow: '000016.SH', pool: '000300.SH', isExclusive: false },
  { narrow: '399673.SZ', pool: '399006.SZ', isExclusive: false },
];
/** Semi-annual reviews take effect on the trading day after the second Friday of June and December. */
const REVIEWS: readonly TradeDate[] = [2023, 2024, 2025, 2026].flatMap((year) =>
  [6, 12].map((month) => nextTradingDay(nthFriday(year, month, 2))),
);
const WHOLE_CAPITAL = '000001.SH';

const SINCE = new Map([...STOCKS, ...INDEX_LIST].map(({ symbol, since }) => [symbol, since]));
const TICKS_PER_YUAN = new Map(STOCKS.map(({ symbol, perYuan }) => [symbol, perYuan]));
const FLOATING = new Map(
  [...BASKETS.values()]
    .filter(({ id }) => id !== WHOLE_CAPITAL)
    .flatMap(({ members }) => members.map(({ symbol, weight }) => [symbol, weight])),
);
const MEMBERSHIPS = memberships();

/**
 * Members of the simulated indices. From the last review on they are the baskets that move the index; before it the
 * few stocks nearest to an index's edge are still, or not yet, among them. Weights are those at the close before `to`.
 */
export function constituentRows(years: MarketYears, to: TradeDate): ReferenceRow[] {
  const session = isTradingDay(to) ? to : previousTradingDay(to);
  const market = years.of(yearOf(session));
  const day = market.dayOf(session);
  const memberValue = ({ indexSymbol, symbol }: Membership) => {
    const own = market.security(symbol);
    const whole = basketOf(indexSymbol).members.find((member) => member.symbol === symbol)?.weight;
    const weight = whole ?? FLOATING.get(symbol) ?? 0;
    const perYuan = TICKS_PER_YUAN.get(symbol) ?? 1;
    return (weight * (own.pre[day] ?? 0) * (own.shareGrowth[day] ?? 1)) / perYuan;
  };
  const begun = MEMBERSHIPS.filter(({ inDate }) => inDate <= to);
  const current = begun.filter(({ outDate }) => outDate === undefined || outDate > to);
  const values = new Map(current.map((membership) => [membership, memberValue(membership)]));
  const totals = new Map<string, number>();
  for (const [{ indexSymbol }, value] of values) totals.set(indexSymbol, (totals.get(indexSymbol) ?? 0) + value);
  return begun.map((membership) => {
    const { indexSymbol, symbol, inDate, outDate } = membership;
    const value = values.get(membership);
    const row = { indexSymbol, symbol, inDate, source: SOURCE };
    if (value === undefined) return outDate === undefined ? row : { ...row, outDate };
    return { ...row, weight: rounded((100 * value) / (totals.get(indexSymbol) ?? value), 4) };
  });
}

function memberships(): Membership[] {
  const all = new Map<string, Membership>();
  const key = (indexSymbol: string, symbol: string) => `${indexSymbol} ${symbol}`;
  const start = (indexSymbol: string, symbol: string) => later(SINCE.get(indexSymbol) ?? '', SINCE.get(symbol) ?? '');
  for (const { symbol: indexSymbol } of INDEX_LIST) {
    for (const { symbol } of basketOf(indexSymbol).members) {
      all.set(key(indexSymbol, symbol), { indexSymbol, symbol, inDate: start(indexSymbol, symbol) });
    }
  }
  const joins = (indexSymbol: string, symbol: string, inDate: TradeDate) =>
    all.set(key(indexSymbol, symbol), { indexSymbol, symbol, inDate });
  const leaves = (indexSymbol: string, symbol: string, outDate: TradeDate) =>
    all.set(key(indexSymbol, symbol), { indexSymbol, symbol, inDate: start(indexSymbol, symbol), outDate });
  for (const { narrow, pool, isExclusive } of EXCHANGES) {
    const { members } = basketOf(narrow);
    const own = new Set(members.map(({ symbol }) => symbol));
    const boards = new Set(members.map(({ symbol }) => boardOf(symbol)));
    const candidates = basketOf(pool).members.filter(({ symbol }) => !own.has(symbol) && boards.has(boardOf(symbol)));
    for (const [i, date] of REVIEWS.entries()) {
      const joiner = members[members.length - 1 - i]?.symbol;
      const leaver = candidates[i]?.symbol;
      if (joiner === undefined || leaver === undefined) continue;
      joins(narrow, joiner, date);
      leaves(narrow, leaver, date);
      if (!isExclusive) continue;
      joins(pool, leaver, date);
      leaves(pool, joiner, date);
    }
  }
  return [...all.values()];
}
