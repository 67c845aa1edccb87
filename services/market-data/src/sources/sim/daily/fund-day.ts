import { previousTradingDay, priceLimits } from '@quotefleet/domain';
import { clamp, normal, stream } from '../random.ts';
import { INDEX_LIST, type Index, type Security } from '../universe.ts';
import { BASKETS, type Basket } from './baskets.ts';
import type { MarketYear } from './market-year.ts';
import { characterOf } from './sectors.ts';

/** The frame of a day of an ETF or an index; prices in ticks, volume in units. */
export interface FrameDay {
  pre: number;
  open: number;
  close: number;
  up: number;
  down: number;
  volume: number;
}

/** An index has two decimals. */
export const INDEX_PER_POINT = 100;
const PREMIUM_DEVIATION = 0.0004;
const LOT = 100;

export function basketOf(id: string): Basket {
  const basket = BASKETS.get(id);
  if (!basket) throw new RangeError(`expected the basket of an index or sector, was ${id}`);
  return basket;
}

/** Price of an ETF in ticks for a level of its basket, before rounding. */
export function fundTicksPerLevel(fund: Security): number {
  const { follows = '' } = fund;
  const level = INDEX_LIST.find(({ symbol }) => symbol === follows)?.level ?? basketOf(follows).level;
  return (fund.level * fund.perYuan) / level;
}

/** The day of an ETF that follows a basket: the basket's value with a small premium. */
export function fundDay(seed: number, market: MarketYear, fund: Security, day: number): FrameDay {
  const basket = basketOf(fund.follows ?? '');
  const scale = fundTicksPerLevel(fund);
  const date = market.days[day] ?? '';
  const dateBefore = market.days[day - 1] ?? previousTradingDay(date);
  const closeOn = (at: number, on: string) =>
    Math.round(market.basketLevel(basket, at, 'close') * scale * premium(seed, fund, on));
  const pre = closeOn(day - 1, dateBefore);
  const { symbol, isWideEtf, perYuan } = fund;
  const limits = priceLimits({ symbol, date, isWideEtf, preClose: pre / perYuan });
  const up = limits ? Math.round(limits.up * perYuan) : 0;
  const down = limits ? Math.round(limits.down * perYuan) : 0;
  const within = (ticks: number) => clamp(Math.round(ticks), down || 1, up || Number.MAX_SAFE_INTEGER);
  const mood = normal(stream(seed, `fund ${symbol} ${date}`));
  return {
    pre,
    open: within(market.basketLevel(basket, day, 'open') * scale),
    close: within(closeOn(day, date)),
    up,
    down,
    volume: Math.round((characterOf(fund).dailyVolume * Math.exp(0.35 * mood)) / LOT) * LOT,
  };
}

/** The day of an index, without volume: that is the members' sum. */
export function indexDay(market: MarketYear, index: Index, day: number): FrameDay {
  const basket = basketOf(index.symbol);
  const ticks = (at: number, when: 'open' | 'close') =>
    Math.round(market.basketLevel(basket, at, when) * INDEX_PER_POINT);
  return {
    pre: ticks(day - 1, 'close'),
    open: ticks(day, 'open'),
    close: ticks(day, 'close'),
    up: 0,
    down: 0,
    volume: 0,
  };
}

function premium(seed: number, fund: Security, date: string): number {
  return Math.exp(PREMIUM_DEVIATION * normal(stream(seed, `premium ${fund.symbol} ${date}`)));
}
