import { CALENDAR_FIRST, tradingDays } from '@quotefleet/domain';
import { fatNormal, normal, stream } from '../random.ts';
import { ETFS, type Security, STOCKS } from '../universe.ts';
import { BASE_YEAR, type Basket } from './baskets.ts';
import { MARKET_DEVIATION, sectorDeviation } from './sectors.ts';
import { type SecurityYear, securityYear, type YearSetting, yearEndClose } from './security-year.ts';
import { shareGrowth, type YearEvents, yearEvents } from './year-events.ts';

/** Securities with a value path of their own: stocks, and ETFs of assets outside the A-share market. */
export const PATH_SECURITIES: ReadonlyMap<string, Security> = new Map(
  [...STOCKS, ...ETFS.filter(({ follows }) => follows === undefined)].map((security) => [security.symbol, security]),
);

/** All that is decided about a calendar year before it trades. */
export interface MarketYear {
  days: readonly string[];
  /** @throws {RangeError} for a date without a session in the year. */
  dayOf(date: string): number;
  /** The days of a security of {@link PATH_SECURITIES}. */
  security(symbol: string): SecurityYear;
  /** Value of one unit of member weight in points of the basket. */
  basketFactor(basket: Basket): number;
  /** Level of a basket at the open or the close of a day; at the close of -1, the end of the year before. */
  basketLevel(basket: Basket, day: number, at: 'open' | 'close'): number;
}

/** Years of one seed, made when first asked for. */
export interface MarketYears {
  of(year: number): MarketYear;
}

/** A run of a few years at most is looked at together; each holds a few megabytes. */
const YEARS_KEPT = 3;

export function createMarketYears(seed: number): MarketYears {
  const kept = new Map<number, MarketYear>();
  return {
    of(year) {
      const made = kept.get(year) ?? createMarketYear(seed, year);
      kept.delete(year);
      kept.set(year, made);
      for (const oldest of kept.keys()) {
        if (kept.size <= YEARS_KEPT) break;
        kept.delete(oldest);
      }
      return made;
    },
  };
}

function createMarketYear(seed: number, year: number): MarketYear {
  const days = daysOfYear(year);
  const indexByDate = new Map(days.map((date, day) => [date, day]));
  const events = yearEvents(seed, year, days.length);
  const setting: YearSetting = {
    seed,
    year,
    days,
    market: marketReturns(seed, year, days.length),
    sectorReturns: remember((sector) => sectorReturns(seed, year, sector, days.length)),
  };
  const security = remember((symbol) => {
    const found = PATH_SECURITIES.get(symbol);
    if (!found) throw new RangeError(`expected a security with its own path, was ${symbol}`);
    return securityYear(found, setting, events.halted.get(symbol), events.distributions.get(symbol));
  });
  const factors = new Map<Basket, number>();
  const basketFactor = (basket: Basket) => {
    const factor = factors.get(basket) ?? chainedFactor(seed, year, basket);
    factors.set(basket, factor);
    return factor;
  };
  return {
    days,
    dayOf(date) {
      const day = indexByDate.get(date);
      if (day === undefined) throw new RangeError(`expected a trading day of ${year}, was ${date}`);
      return day;
    },
    security,
    basketFactor,
    basketLevel(basket, day, at) {
      if (day < 0) return basketFactor(basket) * endValue(seed, year - 1, basket);
      let value = 0;
      for (const { symbol, weight } of basket.members) {
        const own = security(symbol);
        value += weight * (own[at][day] ?? 0) * (own.shareGrowth[day] ?? 1);
      }
      return value * basketFactor(basket);
    },
  };
}

/** The trading days of a calendar year. */
export function daysOfYear(year: number): string[] {
  const from = `${year}-01-01`;
  return tradingDays(from < CALENDAR_FIRST ? CALENDAR_FIRST : from, `${year}-12-31`);
}

/** Bonus shares of a year stay in the basket: the factor of the next year makes up for counting from new there. */
function chainedFactor(seed: number, year: number, basket: Basket): number {
  let factor = basket.level / endValue(seed, BASE_YEAR, basket);
  for (let y = BASE_YEAR + 1; y < year; y++) factor *= yearGrowth(seed, y, basket);
  for (let y = BASE_YEAR; y >= year; y--) factor /= yearGrowth(seed, y, basket);
  return factor;
}

function yearGrowth(seed: number, year: number, basket: Basket): number {
  return endValue(seed, year, basket, yearEvents(seed, year, daysOfYear(year).length)) / endValue(seed, year, basket);
}

/** Value of the members at the end of a year, with or without the shares that the year gave. */
function endValue(seed: number, year: number, { members }: Basket, events?: YearEvents): number {
  let value = 0;
  for (const { symbol, weight } of members) {
    const security = PATH_SECURITIES.get(symbol);
    if (security) value += weight * yearEndClose(seed, security, year) * (events ? shareGrowth(events, symbol) : 1);
  }
  return value;
}

/** Calm and nervous stretches follow each other: the deviation drifts over weeks. */
function marketReturns(seed: number, year: number, count: number): Float64Array {
  const rng = stream(seed, `market ${year}`);
  let nerves = 0.3 * normal(rng);
  return Float64Array.from({ length: count }, () => {
    nerves = 0.95 * nerves + 0.1 * normal(rng);
    return MARKET_DEVIATION * Math.exp(nerves) * fatNormal(rng);
  });
}

function sectorReturns(seed: number, year: number, sector: string, count: number): Float64Array {
  const rng = stream(seed, `sector ${year} ${sector}`);
  const deviation = sectorDeviation(sector);
  return Float64Array.from({ length: count }, () => deviation * fatNormal(rng));
}

function remember<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}
