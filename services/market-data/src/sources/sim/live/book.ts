import { exponential, uniform } from '../random.ts';
import type { BookSide, LiveSecurity } from './live-security.ts';

// Taken once, as in random.ts.
const { floor, max, min, round } = Math;

const LEVELS = 5;
/** How far, in ticks, the value may leave the best prices before they follow. */
const STICKINESS = 0.35;
const UNSEAL = 0.003;
/** Shares queued at the limit price while it holds, as a part of the day's volume. */
const SEALED_QUEUE = 0.04;
/** How fast a level's volume forgets. */
const RENEWAL = 0.12;

/** Moves the best prices to a value in ticks and fills five levels behind them, inside the day's limits. */
export function requote(live: LiveSecurity, fair: number): void {
  const { up, down } = live.plan;
  live.seal = sealAt(live, fair);
  let bid = live.bids.ticks[0] ?? 0;
  let ask = live.asks.ticks[0] ?? 0;
  if (live.seal === 1) {
    bid = up;
    ask = 0;
  } else if (live.seal === -1) {
    bid = 0;
    ask = down;
  } else if (!holds(bid, ask, fair) || uniform(live.rng) < 0.03) {
    const width = sampleSpread(live);
    bid = max(1, floor(fair - (width - 1) / 2));
    ask = bid + width;
    if (up && ask > up) ask = up;
    if (up && bid >= ask) bid = ask - 1;
    if (down && bid < down) bid = down;
    if (ask <= bid) ask = bid + 1;
  }
  live.bids = fillSide(live, live.bids, bid, -1);
  live.asks = fillSide(live, live.asks, ask, 1);
}

function sealAt({ plan: { up, down }, seal }: LiveSecurity, fair: number): -1 | 0 | 1 {
  if (up && (fair >= up || (seal === 1 && fair > up * (1 - UNSEAL)))) return 1;
  if (down && (fair <= down || (seal === -1 && fair < down * (1 + UNSEAL)))) return -1;
  return 0;
}

function holds(bid: number, ask: number, fair: number): boolean {
  return bid > 0 && ask > bid && fair >= bid - STICKINESS && fair <= ask + STICKINESS;
}

/** Often the tick, at most three of them or two and a half times the usual width. */
function sampleSpread({ plan: { spread }, rng }: LiveSecurity): number {
  const width = 1 + floor((spread - 1) * (0.3 + exponential(rng)) + uniform(rng) * 0.8);
  return min(width, max(3, round(spread * 2.5)));
}

function fillSide(live: LiveSecurity, old: BookSide, best: number, direction: 1 | -1): BookSide {
  const side: BookSide = { ticks: [], volumes: [] };
  const { up, down, spread } = live.plan;
  if (best === 0) return side;
  let tick = best;
  let known = 0;
  while (side.ticks.length < LEVELS && tick >= (down || 1) && (up === 0 || tick <= up)) {
    while (known < old.ticks.length && ((old.ticks[known] ?? 0) - tick) * direction < 0) known++;
    const isKnown = old.ticks[known] === tick;
    const volume = levelVolume(live, side.ticks.length, isKnown ? old.volumes[known] : undefined);
    side.ticks.push(tick);
    side.volumes.push(volume);
    if (isKnown) known++;
    const next = old.ticks[known];
    const reuse = spread > 2 && next !== undefined && (next - tick) * direction > 0 && uniform(live.rng) < 0.85;
    tick = reuse ? next : tick + direction * gap(live);
  }
  return side;
}

/** Books of dear shares have holes; at most prices of the others somebody waits. */
function gap({ plan: { spread }, rng }: LiveSecurity): number {
  return spread > 2 ? 1 + floor(exponential(rng) * spread * 0.5) : 1;
}

function levelVolume(live: LiveSecurity, level: number, before: number | undefined): number {
  const { plan, rng, seal } = live;
  const usual = seal !== 0 && level === 0 ? plan.volume * SEALED_QUEUE : plan.depth * (1 + 0.25 * level);
  const fresh = usual * (0.15 + exponential(rng));
  const volume = before === undefined ? fresh : before + RENEWAL * (fresh - before);
  return max(plan.minBuy, round(volume / plan.increment) * plan.increment);
}
