import { basketOf } from '../daily/fund-day.ts';
import type { MarketYears } from '../daily/market-year.ts';
import { stream, uniform } from '../random.ts';
import { ETFS, INDEX_LIST, type Security, STOCKS } from '../universe.ts';
import { createLiveIndex, type LiveIndex, type Member, membersOf } from './live-index.ts';
import { createLiveSecurity, type LiveSecurity } from './live-security.ts';
import { securityPlan } from './security-plan.ts';
import { SNAPSHOT_MS } from './timeline.ts';

/** Something that publishes once in every slot, at its own moment of it. */
export interface Publisher {
  symbol: string;
  offsetMs: number;
  /** False for what is only there because an index or ETF is made of it. */
  isShown: boolean;
  security?: LiveSecurity;
  /** Of an ETF that follows a basket. */
  members?: readonly Member[];
  index?: LiveIndex;
}

/** A trading day about to be traded. */
export interface LiveDay {
  date: string;
  /** In the order in which they publish within a slot. */
  publishers: readonly Publisher[];
}

export interface LiveDayOptions {
  seed: number;
  years: MarketYears;
  date: string;
  /** What is shown; the members behind it trade unseen. */
  symbols: ReadonlySet<string>;
}

/** Members publish before the ETFs and these before the indices, so that a slot's index has the slot's prices. */
const STOCK_OFFSETS = [20, 2200] as const;
const FUND_OFFSETS = [2200, 2500] as const;
const INDEX_OFFSETS = [2500, SNAPSHOT_MS - 20] as const;

export function createLiveDay({ seed, years, date, symbols }: LiveDayOptions): LiveDay {
  const market = years.of(Number(date.slice(0, 4)));
  const day = market.dayOf(date);
  const isShown = ({ symbol, since }: { symbol: string; since: string }) => symbols.has(symbol) && since <= date;
  const funds = ETFS.filter(isShown);
  const indices = INDEX_LIST.filter(isShown);
  const needed = new Set(
    [
      ...indices.flatMap(({ symbol }) => basketOf(symbol).members),
      ...funds.flatMap(({ follows }) => (follows ? basketOf(follows).members : [])),
    ].map(({ symbol }) => symbol),
  );
  const securities = new Map<string, LiveSecurity>();
  const publishers: Publisher[] = [];
  const addSecurity = (security: Security, offsets: readonly [number, number]) => {
    const { symbol } = security;
    const live = createLiveSecurity(securityPlan(seed, market, security, day), stream(seed, `live ${date} ${symbol}`));
    securities.set(symbol, live);
    const members = security.follows ? membersOf(security.follows, market, day, securities) : undefined;
    if (live.plan.halted) return;
    const offsetMs = offsetOf(seed, symbol, offsets);
    publishers.push({ symbol, offsetMs, isShown: isShown(security), security: live, ...(members ? { members } : {}) });
  };
  for (const stock of STOCKS) {
    if (isShown(stock) || needed.has(stock.symbol)) addSecurity(stock, STOCK_OFFSETS);
  }
  for (const fund of funds) addSecurity(fund, FUND_OFFSETS);
  for (const index of indices) {
    const live = createLiveIndex(index, market, day, securities);
    publishers.push({
      symbol: index.symbol,
      offsetMs: offsetOf(seed, index.symbol, INDEX_OFFSETS),
      isShown: true,
      index: live,
    });
  }
  publishers.sort((a, b) => a.offsetMs - b.offsetMs || (a.symbol < b.symbol ? -1 : 1));
  return { date, publishers };
}

function offsetOf(seed: number, symbol: string, [from, to]: readonly [number, number]): number {
  return from + Math.floor(uniform(stream(seed, `offset ${symbol}`)) * (to - from));
}
