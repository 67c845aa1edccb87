import { clamp, fatNormal, poisson, uniform } from '../random.ts';
import { requote } from './book.ts';
import { type LiveSecurity, print } from './live-security.ts';

// Taken once, as in random.ts.
const { abs, exp, floor, max, min, round, sqrt } = Math;

/** What moves many securities at once in a slot; deviations 1. */
export interface SlotFactors {
  market: number;
  sectors: ReadonlyMap<string, number>;
}

/** The market's deviation over a continuous day. */
const MARKET_INTRADAY = 0.0075;
const PRINTS_MAX = 3;
const SWEEP_CHANCE = 0.015;
const SEALED_TRADE = 0.25;

/** Moves the value over one slot towards where the day ends: a Brownian bridge on the clock of the day's variance. */
export function moveValue(live: LiveSecurity, slot: number, factors: SlotFactors): void {
  const { plan, rng } = live;
  const share = plan.profile.variance[slot] ?? 0;
  const left = plan.profile.varianceLeft[slot] ?? 0;
  if (left <= 0) return;
  const pull = min(1, share / left);
  const own = fatNormal(rng);
  const common = plan.beta * MARKET_INTRADAY * factors.market;
  const sector = plan.sectorDeviation * (factors.sectors.get(plan.security.sector) ?? 0);
  const noise = common + sector + plan.ownDeviation * own * sqrt(live.activity);
  live.value += (plan.valueClose - live.value) * pull + noise * sqrt(share * (1 - pull));
  // Activity excites itself: large moves are followed by busy seconds.
  live.activity = clamp(1 + 0.94 * (live.activity - 1) + 0.3 * (abs(own) - 0.76), 0.35, 6);
}

/** Requotes to the value and trades what the slot brings, between the old best prices and the new ones. */
export function trade(live: LiveSecurity, slot: number): void {
  const { plan, rng } = live;
  const lowBefore = live.bids.ticks[0] ?? live.asks.ticks[0] ?? plan.pre;
  const highBefore = live.asks.ticks[0] ?? lowBefore;
  requote(live, plan.pre * exp(live.value));
  const bid = live.bids.ticks[0] ?? live.asks.ticks[0] ?? plan.pre;
  const ask = live.asks.ticks[0] ?? bid;
  const expected =
    plan.continuousVolume * (plan.profile.volume[slot] ?? 0) * live.activity * (live.seal === 0 ? 1 : SEALED_TRADE);
  const usualCount = expected / plan.tradeSize;
  // Quotes that jump over the old ones have traded through them.
  const jumped = bid >= highBefore || ask <= lowBefore;
  const count = max(poisson(rng, usualCount), jumped && highBefore > lowBefore ? 1 : 0);
  if (count === 0) return;
  const shares = count * plan.tradeSize * (0.55 + 0.9 * uniform(rng));
  const low = min(bid, lowBefore);
  const high = max(ask, highBefore);
  const middleBefore = (lowBefore + highBefore) / 2;
  const middle = (bid + ask) / 2;
  const buying = 0.5 + 0.35 * clamp((middle - middleBefore) / (ask - bid + 1), -1, 1);
  const prints = min(count, PRINTS_MAX);
  if (count > 1 && live.seal === 0 && uniform(rng) < SWEEP_CHANCE * live.activity) sweep(live, low, high, buying);
  for (let i = 1; i < prints; i++) {
    const at = middleBefore + (middle - middleBefore) * (i / prints);
    const half = ((uniform(rng) < buying ? 1 : -1) * (ask - bid)) / 2;
    printShares(live, clamp(round(at + half), low, high), (shares / prints) * (0.4 + uniform(rng)));
  }
  printShares(live, uniform(rng) < buying ? ask : bid, (shares / prints) * (0.4 + uniform(rng)));
}

/** An impatient order that eats through the best level between two snapshots: seen only in the day's high or low. */
function sweep(live: LiveSecurity, low: number, high: number, buying: number): void {
  const { plan, rng } = live;
  const reach = 1 + floor(uniform(rng) * plan.spread);
  const ticks = uniform(rng) < buying ? high + reach : low - reach;
  printShares(live, clamp(ticks, plan.down || 1, plan.up || Number.MAX_SAFE_INTEGER), plan.tradeSize);
}

function printShares(live: LiveSecurity, ticks: number, shares: number): void {
  const { increment } = live.plan;
  print(live, ticks, max(1, round(shares / increment)) * increment);
}
