import { hasAfterHours, hasClosingAuction, lotRule, phaseAt, shanghaiMs } from '@quotefleet/domain';
import { basketOf, type FrameDay, fundDay, fundTicksPerLevel } from '../daily/fund-day.ts';
import type { MarketYear } from '../daily/market-year.ts';
import { characterOf, sectorDeviation } from '../daily/sectors.ts';
import { exponential, normal, stream, uniform } from '../random.ts';
import type { Security } from '../universe.ts';
import { PROFILES, type Profile, SLOTS, type SlotKind } from './timeline.ts';

/** All about a security's day that is known before it trades; prices in ticks, volumes in shares. */
export interface SecurityPlan extends FrameDay {
  security: Security;
  halted: boolean;
  /** Log returns from `pre` at which the value starts and ends the continuous sessions. */
  valueOpen: number;
  valueClose: number;
  /** Deviations of a whole continuous day. */
  beta: number;
  sectorDeviation: number;
  ownDeviation: number;
  profile: Profile;
  closesByAuction: boolean;
  hasAfterHours: boolean;
  openVolume: number;
  closeVolume: number;
  /** Traded between the auctions. */
  continuousVolume: number;
  tradeSize: number;
  minBuy: number;
  increment: number;
  /** Shares that usually wait at a price, and the usual width in ticks. */
  depth: number;
  spread: number;
  phases: Record<SlotKind, string>;
  /** For an ETF that follows a basket: its price in ticks for one unit of member value. */
  basketScale: number;
}

/** Shares that trade from open to close are a part of the day's variance; the rest is the night's. */
const INTRADAY = 0.85;
const TYPICAL_TRADE_YUAN = 25_000;
const CONTINUOUS_SLOTS = 4740;
/** Width in parts of the price where the tick does not set it. */
const RELATIVE_SPREAD = 0.0002;
/** A tick that is a large part of the price is never left empty; others are where trades are rare. */
const LARGE_TICK = 0.001;
const CLOSING_SURPRISE = 0.0005;

/** The plan of a security on a day of the year. */
export function securityPlan(seed: number, market: MarketYear, security: Security, day: number): SecurityPlan {
  const date = market.days[day] ?? '';
  const { symbol, perYuan } = security;
  const rng = stream(seed, `plan ${date} ${symbol}`);
  const own = security.follows === undefined ? ownFrame(market, symbol, day) : undefined;
  const frame = own ?? { ...fundDay(seed, market, security, day), halted: false, target: 0 };
  const valueAt = (ticks: number) => Math.log(ticks / frame.pre);
  // A day that opens at its limit for good has its value beyond the limit from the start.
  const locked = frame.open === frame.close && (frame.open === frame.up || frame.open === frame.down);
  const closesByAuction = hasClosingAuction(symbol, date);
  const surprise = closesByAuction ? CLOSING_SURPRISE * normal(rng) : 0;
  const character = characterOf(security);
  const { minBuy, increment } = lotRule(symbol, date);
  const inLots = (shares: number) => Math.max(minBuy, Math.round(shares / increment) * increment);
  const openVolume = inLots(frame.volume * 0.012 * (0.4 + exponential(rng)));
  const closeVolume = inLots(frame.volume * (closesByAuction ? 0.012 * (0.4 + exponential(rng)) : 0.0002));
  const tick = 1 / frame.pre;
  const tradeSize = Math.max(minBuy, (TYPICAL_TRADE_YUAN * perYuan) / frame.pre);
  const tradesPerSlot = frame.volume / tradeSize / CONTINUOUS_SLOTS;
  return {
    ...frame,
    security,
    valueOpen: locked ? frame.target : valueAt(frame.open),
    valueClose: (locked || own ? frame.target : valueAt(frame.close)) + surprise,
    beta: character.beta,
    sectorDeviation: sectorDeviation(security.sector) * INTRADAY,
    ownDeviation: character.ownDeviation * INTRADAY * (0.7 + 0.6 * uniform(rng)),
    profile: closesByAuction ? PROFILES.auction : PROFILES.continuous,
    closesByAuction,
    hasAfterHours: hasAfterHours(symbol, date),
    openVolume,
    closeVolume,
    continuousVolume: Math.max(0, frame.volume - openVolume - closeVolume),
    tradeSize,
    minBuy,
    increment,
    depth: (frame.volume / CONTINUOUS_SLOTS) * Math.min(40, Math.max(0.8, 0.5 + 12 * (tick / 0.001))),
    spread: Math.max(1.03 + (tick > LARGE_TICK ? 0 : 0.4 * Math.exp(-tradesPerSlot)), RELATIVE_SPREAD / tick),
    phases: phasesOn(symbol, date),
    basketScale: security.follows === undefined ? 0 : basketScale(market, security),
  };
}

/** The phases by name, asked once a day: every slot of a kind lies in the same one. */
export function phasesOn(symbol: string, date: string): Record<SlotKind, string> {
  const midnight = shanghaiMs(date, '00:00:00');
  const phases: Partial<Record<SlotKind, string>> = {};
  for (const { kind, at } of SLOTS) phases[kind] ??= phaseAt(midnight + at + 1, symbol);
  return phases as Record<SlotKind, string>;
}

function ownFrame(market: MarketYear, symbol: string, day: number): FrameDay & { halted: boolean; target: number } {
  const own = market.security(symbol);
  return {
    pre: own.pre[day] ?? 0,
    open: own.open[day] ?? 0,
    close: own.close[day] ?? 0,
    up: own.up[day] ?? 0,
    down: own.down[day] ?? 0,
    volume: own.volume[day] ?? 0,
    halted: own.halted[day] === 1,
    target: own.target[day] ?? 0,
  };
}

function basketScale(market: MarketYear, fund: Security): number {
  return market.basketFactor(basketOf(fund.follows ?? '')) * fundTicksPerLevel(fund);
}
