import type { TradeDate } from '../calendar/trade-date.ts';
import { boardOf } from '../symbols/board.ts';
import { priceTick } from './price-tick.ts';
import { fromTicks, percentOfTicks, toTicks } from './rounding.ts';
import type { Side } from './trade-fees.ts';

export interface PriceCageQuery {
  /** Canonical. */
  symbol: string;
  date: TradeDate;
  side: Side;
  /** Best price of the other side, yuan; without one that of the own side, the last price or the previous close. */
  reference: number;
}

/** How far a limit order may lie from the reference in continuous trading. */
export interface PriceCageRule {
  percent: number;
  /** The distance from the reference that is always allowed. */
  ticks: number;
  since: TradeDate;
}

const STAR_OPENING = '2019-07-22';
const CHINEXT_REGISTRATION = '2020-08-24';
const BSE_OPENING = '2021-11-15';
const MAIN_REGISTRATION = '2023-04-10';
const ALLOWED_TICKS = 10;

/**
 * The highest buy or lowest sell price a limit order may have in continuous trading: 2 % from the reference
 * (Beijing 5 %), or ten ticks where that is wider, except on STAR and on ChiNext before 2023-04-10. Half up to the
 * tick. Main boards have it since 2023-04-10.
 * @returns undefined where any price within the limits may be asked.
 */
export function priceCage({ symbol, date, side, reference }: PriceCageQuery): number | undefined {
  const cage = priceCageRule(symbol, date);
  if (!cage) return undefined;
  const tick = priceTick(symbol);
  const from = toTicks(reference, tick);
  if (side === 'buy') {
    return fromTicks(Math.max(percentOfTicks(from, 100 + cage.percent), from + cage.ticks), tick);
  }
  return fromTicks(Math.max(1, Math.min(percentOfTicks(from, 100 - cage.percent), from - cage.ticks)), tick);
}

/** The rule {@link priceCage} goes by; undefined where any price within the limits may be asked. */
export function priceCageRule(symbol: string, date: TradeDate): PriceCageRule | undefined {
  const rule = newestCage(symbol, date);
  return rule && date >= rule.since ? rule : undefined;
}

function newestCage(symbol: string, date: TradeDate): PriceCageRule | undefined {
  switch (boardOf(symbol)) {
    case 'star':
    case 'cdr':
      return { percent: 2, ticks: 0, since: STAR_OPENING };
    case 'chinext':
      if (date < MAIN_REGISTRATION) return { percent: 2, ticks: 0, since: CHINEXT_REGISTRATION };
      return { percent: 2, ticks: ALLOWED_TICKS, since: MAIN_REGISTRATION };
    case 'sse-main':
    case 'szse-main':
      return { percent: 2, ticks: ALLOWED_TICKS, since: MAIN_REGISTRATION };
    case 'bse':
      return { percent: 5, ticks: ALLOWED_TICKS, since: BSE_OPENING };
    default:
      return undefined;
  }
}
