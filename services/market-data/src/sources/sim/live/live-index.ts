import type { Tick } from '@quotefleet/domain';
import { basketOf, type FrameDay, INDEX_PER_POINT, indexDay } from '../daily/fund-day.ts';
import type { MarketYear } from '../daily/market-year.ts';
import type { Index } from '../universe.ts';
import { type LiveSecurity, SOURCE, type TickStamp } from './live-security.ts';
import { phasesOn } from './security-plan.ts';
import type { SlotKind } from './timeline.ts';

export interface Member {
  live: LiveSecurity;
  weight: number;
  shareGrowth: number;
}

/** An index of a day: a number made of its members' last prices, without a book of its own. */
export interface LiveIndex {
  readonly index: Index;
  readonly frame: FrameDay;
  readonly members: readonly Member[];
  readonly factor: number;
  readonly phases: Record<SlotKind, string>;
  last: number;
  open: number;
  high: number;
  low: number;
}

/** The members of a basket among the securities of a day. */
export function membersOf(
  basketId: string,
  market: MarketYear,
  day: number,
  securities: ReadonlyMap<string, LiveSecurity>,
): Member[] {
  return basketOf(basketId).members.map(({ symbol, weight }) => {
    const live = securities.get(symbol);
    if (!live) throw new RangeError(`expected ${symbol}, a member of ${basketId}, among the securities`);
    return { live, weight, shareGrowth: market.security(symbol).shareGrowth[day] ?? 1 };
  });
}

/** Value of members at their last prices; what has not traded counts at its previous close. */
export function membersValue(members: readonly Member[]): number {
  let value = 0;
  for (const { live, weight, shareGrowth } of members) value += weight * (live.last || live.plan.pre) * shareGrowth;
  return value;
}

export function createLiveIndex(
  index: Index,
  market: MarketYear,
  day: number,
  securities: ReadonlyMap<string, LiveSecurity>,
): LiveIndex {
  return {
    index,
    frame: indexDay(market, index, day),
    members: membersOf(index.symbol, market, day, securities),
    factor: market.basketFactor(basketOf(index.symbol)),
    phases: phasesOn(index.symbol, market.days[day] ?? ''),
    last: 0,
    open: 0,
    high: 0,
    low: 0,
  };
}

export function updateIndex(live: LiveIndex): void {
  live.last = Math.round(membersValue(live.members) * live.factor * INDEX_PER_POINT);
  live.open ||= live.last;
  live.high = Math.max(live.high, live.last);
  live.low = Math.min(live.low || live.last, live.last);
}

export function toIndexTick({ index, frame, members, last, open, high, low }: LiveIndex, stamp: TickStamp): Tick {
  let volume = 0;
  let amount = 0;
  for (const { live } of members) {
    volume += live.volume;
    amount += live.turnover / live.plan.security.perYuan;
  }
  return {
    symbol: index.symbol,
    ts: stamp.ts,
    seq: stamp.seq,
    epoch: stamp.epoch,
    last: last / INDEX_PER_POINT,
    open: open / INDEX_PER_POINT,
    high: high / INDEX_PER_POINT,
    low: low / INDEX_PER_POINT,
    preClose: frame.pre / INDEX_PER_POINT,
    volume,
    amount: Math.round(amount * 100) / 100,
    bidPrices: [],
    bidVolumes: [],
    askPrices: [],
    askVolumes: [],
    phase: stamp.phase,
    source: SOURCE,
    receivedTs: stamp.ts,
  };
}
