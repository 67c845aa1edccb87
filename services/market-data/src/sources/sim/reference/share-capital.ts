import type { TradeDate } from '@quotefleet/domain';
import { BASE_YEAR } from '../daily/baskets.ts';
import { daysOfYear } from '../daily/market-year.ts';
import { yearEvents } from '../daily/year-events.ts';
import { stream, uniform } from '../random.ts';
import { STOCKS } from '../universe.ts';
import { implementedOn } from './distributions.ts';
import { type ReferenceRow, SOURCE, yearOf } from './reference-rows.ts';

/** The capital of every stock through the years: the universe's shares at the end of {@link BASE_YEAR}. */
export interface ShareCapital {
  /** Total shares at the end of a date. */
  sharesOn(symbol: string, date: TradeDate): number;
  rows(): ReferenceRow[];
}

interface Change {
  date: TradeDate;
  /** Shares from then on, for one at listing. */
  growth: number;
}

const FIRST_YEAR = 1991;
const WHOLLY_FLOATING = 0.4;

export function createShareCapital(seed: number, to: TradeDate): ShareCapital {
  const changes = changesUntil(seed, Math.max(yearOf(to), BASE_YEAR));
  const growthOn = (symbol: string, date: TradeDate) =>
    changes.get(symbol)?.findLast((change) => change.date <= date)?.growth ?? 1;
  const shares = new Map(
    STOCKS.map((stock) => [stock.symbol, stock.shares / growthOn(stock.symbol, `${BASE_YEAR}-12-31`)]),
  );
  const sharesOn = (symbol: string, date: TradeDate) => Math.round((shares.get(symbol) ?? 0) * growthOn(symbol, date));
  const rowsOf = ({ symbol, since }: (typeof STOCKS)[number]): ReferenceRow[] => {
    const rng = stream(seed, `float ${symbol}`);
    const floating = uniform(rng) < WHOLLY_FLOATING ? 1 : 0.45 + 0.5 * uniform(rng);
    const free = floating * (0.4 + 0.55 * uniform(rng));
    const row = (date: TradeDate, annDate: TradeDate, reason: string) => {
      const totalShares = sharesOn(symbol, date);
      return {
        symbol,
        date,
        annDate,
        totalShares,
        floatShares: Math.round(totalShares * floating),
        freeFloatShares: Math.round(totalShares * free),
        reason,
        source: SOURCE,
      };
    };
    const later = (changes.get(symbol) ?? []).filter(({ date }) => date <= to);
    return [row(since, since, 'listing'), ...later.map(({ date }) => row(date, implementedOn(date), 'bonus shares'))];
  };
  return { sharesOn, rows: () => STOCKS.filter(({ since }) => since <= to).flatMap(rowsOf) };
}

function changesUntil(seed: number, lastYear: number): Map<string, Change[]> {
  const changes = new Map<string, Change[]>(STOCKS.map(({ symbol }) => [symbol, []]));
  for (let year = FIRST_YEAR; year <= lastYear; year++) {
    const days = daysOfYear(year);
    const { distributions } = yearEvents(seed, year, days.length);
    for (const { symbol, since } of STOCKS) {
      const own = changes.get(symbol) ?? [];
      for (const [day, { bonusRatio }] of distributions.get(symbol) ?? []) {
        const date = days[day] ?? '';
        if (bonusRatio > 0 && date >= since) own.push({ date, growth: (own.at(-1)?.growth ?? 1) * (1 + bonusRatio) });
      }
    }
  }
  return changes;
}
