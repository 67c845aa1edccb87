import type { Tick } from '@quotefleet/domain';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { SecurityPlan } from './security-plan.ts';

/** One side of the book, best first. */
export interface BookSide {
  ticks: number[];
  volumes: number[];
}

/** A single trade; the price in ticks. */
export interface Print {
  ticks: number;
  shares: number;
}

/** The state of a security during a day; prices in ticks. */
export interface LiveSecurity {
  readonly plan: SecurityPlan;
  rng: RandomGenerator;
  /** Log return of the value from the previous close; in an auction, of the indicative price from the final one. */
  value: number;
  /** How busy it is against the usual, 1 on average. */
  activity: number;
  /** 1 while locked at the upper limit, -1 at the lower. */
  seal: -1 | 0 | 1;
  last: number;
  open: number;
  high: number;
  low: number;
  /** Shares, and ticks times shares: whole numbers, so that the amount is exact. */
  volume: number;
  turnover: number;
  afterHoursVolume: number;
  bids: BookSide;
  asks: BookSide;
  /** What traded in the present slot. */
  prints: Print[];
}

export function createLiveSecurity(plan: SecurityPlan, rng: RandomGenerator): LiveSecurity {
  return {
    plan,
    rng,
    value: 0,
    activity: 1,
    seal: 0,
    last: 0,
    open: 0,
    high: 0,
    low: 0,
    volume: 0,
    turnover: 0,
    afterHoursVolume: 0,
    bids: { ticks: [], volumes: [] },
    asks: { ticks: [], volumes: [] },
    prints: [],
  };
}

/** Counts a trade. */
export function print(live: LiveSecurity, ticks: number, shares: number): void {
  if (live.open === 0) {
    live.open = ticks;
    live.high = ticks;
    live.low = ticks;
  }
  if (ticks > live.high) live.high = ticks;
  if (ticks < live.low) live.low = ticks;
  live.last = ticks;
  live.volume += shares;
  live.turnover += ticks * shares;
  live.prints.push({ ticks, shares });
}

export interface TickStamp {
  ts: number;
  seq: number;
  epoch: string;
  phase: string;
}

export const SOURCE = 'sim';

/** The snapshot as subscribers get it. The receive time is the event time: the same run gives the same ticks. */
export function toTick(live: LiveSecurity, { ts, seq, epoch, phase }: TickStamp): Tick {
  const { plan, bids, asks } = live;
  const { symbol, perYuan } = plan.security;
  const tick: Tick = {
    symbol,
    ts,
    seq,
    epoch,
    last: live.last / perYuan,
    open: live.open / perYuan,
    high: live.high / perYuan,
    low: live.low / perYuan,
    preClose: plan.pre / perYuan,
    volume: live.volume,
    amount: live.turnover / perYuan,
    bidPrices: prices(bids.ticks, perYuan),
    bidVolumes: bids.volumes.slice(),
    askPrices: prices(asks.ticks, perYuan),
    askVolumes: asks.volumes.slice(),
    phase,
    source: SOURCE,
    receivedTs: ts,
  };
  if (plan.up) {
    tick.limitUp = plan.up / perYuan;
    tick.limitDown = plan.down / perYuan;
  }
  if (live.afterHoursVolume) {
    tick.afterHoursVolume = live.afterHoursVolume;
    tick.afterHoursAmount = (live.afterHoursVolume * live.last) / perYuan;
  }
  return tick;
}

function prices(ticks: readonly number[], perYuan: number): number[] {
  const result = new Array<number>(ticks.length);
  for (let i = 0; i < ticks.length; i++) result[i] = (ticks[i] ?? 0) / perYuan;
  return result;
}

const SCALARS = 15;

/** All that changes during a day as plain numbers, for a checkpoint. */
export function toRow(live: LiveSecurity): number[] {
  const { bids, asks } = live;
  return [
    ...live.rng.getState(),
    live.value,
    live.activity,
    live.seal,
    live.last,
    live.open,
    live.high,
    live.low,
    live.volume,
    live.turnover,
    live.afterHoursVolume,
    bids.ticks.length,
    ...bids.ticks,
    ...bids.volumes,
    ...asks.ticks,
    ...asks.volumes,
  ];
}

/** Puts a row of {@link toRow} back. */
export function restoreRow(live: LiveSecurity, row: readonly number[]): void {
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0, ...rest] = row;
  live.rng = xoroshiro128plusFromState([s0, s1, s2, s3]);
  const [value = 0, activity = 1, seal = 0, last = 0, open = 0, high = 0, low = 0] = rest;
  const [volume = 0, turnover = 0, afterHoursVolume = 0, bidCount = 0] = rest.slice(7);
  Object.assign(live, { value, activity, seal, last, open, high, low, volume, turnover, afterHoursVolume });
  const levels = row.slice(SCALARS);
  const askCount = levels.length / 2 - bidCount;
  const take = (count: number) => levels.splice(0, count);
  live.bids = { ticks: take(bidCount), volumes: take(bidCount) };
  live.asks = { ticks: take(askCount), volumes: take(askCount) };
}
