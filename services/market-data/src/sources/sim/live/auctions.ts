import { clamp, exponential, normal, uniform } from '../random.ts';
import { requote } from './book.ts';
import { type LiveSecurity, print } from './live-security.ts';
import { AFTER_HOURS_SLOTS } from './timeline.ts';

// Taken once, as in random.ts.
const { exp, log, max, round } = Math;

/** The indicative price of an auction strays from the final one, less and less. */
const OPENING_STRAY = 0.004;
const CLOSING_STRAY = 0.0006;
const AFTER_HOURS_SHARE = 0.004;
const AFTER_HOURS_TRADES = 40;
const SEALED_AFTER_HOURS = 5;

/** Shows the price at which the orders so far would match, with what would trade and what would be left over. */
export function indicateOpening(live: LiveSecurity, progress: number): void {
  const { plan, rng } = live;
  live.value = 0.8 * live.value + 0.6 * OPENING_STRAY * (1 - progress) * normal(rng);
  indicate(live, plan.open * exp(live.value * (1 - progress)), plan.openVolume * progress ** 1.5);
}

/** As {@link indicateOpening}; starts from the last price. */
export function indicateClosing(live: LiveSecurity, progress: number): void {
  const { plan, rng } = live;
  if (progress === 0) live.value = log(live.last / plan.close);
  live.value = 0.9 * live.value + 0.4 * CLOSING_STRAY * (1 - progress) * normal(rng);
  indicate(live, plan.close * exp(live.value * (1 - progress)), plan.closeVolume * progress ** 0.8);
}

export function matchOpening(live: LiveSecurity): void {
  const { plan } = live;
  clearBook(live);
  print(live, plan.open, plan.openVolume);
  live.value = plan.valueOpen;
  requote(live, plan.pre * exp(live.value));
}

/** Ends the day at its close: by the auction, or by the last trades where the rules know none. */
export function matchClosing(live: LiveSecurity): void {
  const { plan } = live;
  if (plan.closesByAuction) clearBook(live);
  print(live, plan.close, plan.closeVolume);
  live.seal = 0;
  requote(live, plan.close);
}

/** Trades at the closing price between 15:05 and 15:30. Returns whether anything traded in the slot. */
export function tradeAfterHours(live: LiveSecurity): boolean {
  const { plan, rng } = live;
  if (!plan.hasAfterHours || uniform(rng) * AFTER_HOURS_SLOTS > AFTER_HOURS_TRADES) return false;
  const factor = live.seal === 0 ? 1 : SEALED_AFTER_HOURS;
  const shares = ((plan.volume * AFTER_HOURS_SHARE) / AFTER_HOURS_TRADES) * exponential(rng) * factor;
  live.afterHoursVolume += max(plan.minBuy, round(shares / plan.increment) * plan.increment);
  return true;
}

function indicate(live: LiveSecurity, ticks: number, matched: number): void {
  const { plan, rng } = live;
  const price = clamp(round(ticks), plan.down || 1, plan.up || Number.MAX_SAFE_INTEGER);
  const atLimit = price === plan.up ? 1 : price === plan.down ? -1 : 0;
  const left = plan.depth * exponential(rng) * (atLimit === 0 ? 2 * uniform(rng) - 1 : atLimit * 8);
  const inLots = (shares: number) => max(plan.minBuy, round(shares / plan.increment) * plan.increment);
  live.bids = { ticks: [price], volumes: [inLots(matched + max(0, left))] };
  live.asks = { ticks: [price], volumes: [inLots(matched + max(0, -left))] };
}

/** The auction's orders are gone: the book forms anew. */
function clearBook(live: LiveSecurity): void {
  live.bids = { ticks: [], volumes: [] };
  live.asks = { ticks: [], volumes: [] };
}
