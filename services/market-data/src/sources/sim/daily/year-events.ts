import { normal, stream, uniform } from '../random.ts';
import { STOCKS } from '../universe.ts';
import { characterOf } from './sectors.ts';

/** What an ex-day gives: cash as a part of the price, and new shares per share. */
export interface Distribution {
  cashYield: number;
  bonusRatio: number;
}

/** Suspensions and ex-days of one year, by symbol and index of the trading day. */
export interface YearEvents {
  halted: ReadonlyMap<string, ReadonlySet<number>>;
  distributions: ReadonlyMap<string, ReadonlyMap<number, Distribution>>;
}

/**
 * The last days of a year have no jumps, halts or ex-days, so that every price ends the year where its path says and
 * each year can be made without the ones before it.
 */
export const QUIET_DAYS = 15;
/** Every share goes ex about twice a year, which makes two or three names a day. */
const EX_DAY_CYCLE = 115;
const HALT_BLOCK_DAYS = 5;
const HALTS_PER_BLOCK = 3;
/** Only smaller companies are halted, so that the well known ones always trade. */
const HALT_SIZE_MAX = 45e9;

const HALT_CANDIDATES = STOCKS.filter(({ level, shares }) => level * shares < HALT_SIZE_MAX).map(
  ({ symbol }) => symbol,
);
const PAYERS = STOCKS.filter(({ isSt }) => !isSt);

export function yearEvents(seed: number, year: number, dayCount: number): YearEvents {
  const halted = haltsOf(seed, year, dayCount - QUIET_DAYS);
  return { halted, distributions: distributionsOf(seed, year, dayCount - QUIET_DAYS, halted) };
}

/** The factor by which the shares grew in a year. */
export function shareGrowth(events: YearEvents, symbol: string): number {
  let growth = 1;
  for (const { bonusRatio } of events.distributions.get(symbol)?.values() ?? []) growth *= 1 + bonusRatio;
  return growth;
}

function haltsOf(seed: number, year: number, dayCount: number): Map<string, Set<number>> {
  const rng = stream(seed, `halts ${year}`);
  const halted = new Map<string, Set<number>>();
  for (let start = 0; start < dayCount; start += HALT_BLOCK_DAYS) {
    for (let i = 0; i < HALTS_PER_BLOCK; i++) {
      const symbol = HALT_CANDIDATES[Math.floor(uniform(rng) * HALT_CANDIDATES.length)] ?? '';
      const last = Math.min(dayCount, start + 1 + Math.floor(uniform(rng) * HALT_BLOCK_DAYS));
      const days = halted.get(symbol) ?? new Set<number>();
      for (let day = start; day < last; day++) days.add(day);
      halted.set(symbol, days);
    }
  }
  return halted;
}

function distributionsOf(
  seed: number,
  year: number,
  dayCount: number,
  halted: YearEvents['halted'],
): Map<string, Map<number, Distribution>> {
  const rng = stream(seed, `distributions ${year}`);
  const shuffled = PAYERS.map((security) => ({ security, order: uniform(rng) })).sort((a, b) => a.order - b.order);
  const distributions = new Map<string, Map<number, Distribution>>();
  for (const [rank, { security }] of shuffled.entries()) {
    const { dividendYield } = characterOf(security);
    const own = new Map<number, Distribution>();
    for (let day = rank % EX_DAY_CYCLE; day < dayCount; day += EX_DAY_CYCLE) {
      const cashYield = dividendYield * Math.exp(0.3 * normal(rng));
      const givesShares = uniform(rng) < 0.12 && security.sector !== 'bank';
      const bonusRatio = givesShares ? (2 + Math.floor(uniform(rng) * 4)) / 10 : 0;
      if (!halted.get(security.symbol)?.has(day)) own.set(day, { cashYield, bonusRatio });
    }
    distributions.set(security.symbol, own);
  }
  return distributions;
}
