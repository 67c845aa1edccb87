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

interface Cage {
  percent: number;
  /** The distance from the reference that is always allowed. */
  ticks: number;
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
  const cage = cageOf(symbol, date);
  if (!cage) return undefined;
  const tick = priceTick(symbol);
  const from = toTicks(reference, tick);
  if (side === 'buy') {
    return fromTicks(Math.max(percentOfTicks(from, 100 + cage.percent), from + cage.ticks), tick);
  }
  return fromTicks(Math.max(1, Math.min(percentOfTicks(from, 100 - cage.percent), from - cage.ticks)), tick);
}

function cageOf(symbol: string, date: TradeDate): Cage | undefined {
  switch (boardOf(symbol)) {
    case 'star':
    case 'cdr':
      return date >= STAR_OPENING ? { percent: 2, ticks: 0 } : undefined;
    case 'chinext':
      if (date < CHINEXT_REGISTRATION) return undefined;
      return { percent: 2, ticks: date < MAIN_REGISTRATION ? 0 : ALLOWED_TICKS };
    case 'sse-main':
    case 'szse-main':
      return date >= MAIN_REGISTRATION ? { percent: 2, ticks: ALLOWED_TICKS } : undefined;
    case 'bse':
      return date >= BSE_OPENING ? { percent: 5, ticks: ALLOWED_TICKS } : undefined;
    default:
      return undefined;
  }
}
