import type { TradeDate } from '../calendar/trade-date.ts';
import { boardOf, exchangeOf } from '../symbols/board.ts';
import { priceTick } from './price-tick.ts';
import { fromTicks, percentOfTicks, toTicks } from './rounding.ts';

export interface LimitQuery {
  /** Canonical. */
  symbol: string;
  date: TradeDate;
  /** Under risk warning (ST, *ST) on the date. */
  isSt?: boolean;
  /** Trading days since listing, the first being 1; a long-listed instrument unless given. */
  listedDays?: number;
  /** An ETF whose index holds STAR or ChiNext stocks only: ±20 %. Shanghai's 588 and 589 are known by their code. */
  isWideEtf?: boolean;
}

export interface PriceLimitQuery extends LimitQuery {
  /** Previous close after rights, yuan; the issue price on the first day. */
  preClose: number;
}

export interface PriceLimits {
  up: number;
  down: number;
}

/** Whole percents above and below the previous close. */
interface Band {
  up: number;
  down: number;
}

const LIMITS_START = '1996-12-16';
const ST_START = { SH: '1998-04-22', SZ: '1998-04-28' } as const;
const FIRST_DAY_BAND_START = '2014-06-13';
const CHINEXT_REGISTRATION = '2020-08-24';
const MAIN_REGISTRATION = '2023-04-10';
const ST_WIDENED = '2026-07-06';
const FREE_DAYS = 5;
const FIRST_DAY_BAND: Band = { up: 44, down: 36 };

/**
 * The limit rate of an instrument on a date, 0.1 for ±10 %.
 *
 * Main board ±10 % since 1996-12-16, under risk warning ±5 % from 1998-04-22 (Shenzhen 04-28) to 2026-07-05;
 * ChiNext the same before 2020-08-24 and ±20 % since; STAR ±20 %; Beijing ±30 %; B shares and funds ±10 %.
 * New listings are free for five days (STAR; ChiNext since 2020-08-24; main boards since 2023-04-10) or one (Beijing).
 * On the first day from 2014-06-13 until then the band is +44 % and -36 % of the issue price: this tells the upper.
 * First days of relisting and of delisting consolidation are free too, which the caller must know.
 * @returns undefined where there is no limit.
 */
export function limitRate(query: LimitQuery): number | undefined {
  const band = limitBand(query);
  return band && band.up / 100;
}

/**
 * The limit prices of an instrument on a date: previous close times (1 ± rate), half up to the tick, at least one
 * tick away from it and at least one tick.
 * @returns undefined where there is no limit.
 */
export function priceLimits(query: PriceLimitQuery): PriceLimits | undefined {
  const band = limitBand(query);
  if (!band) return undefined;
  const tick = priceTick(query.symbol);
  const before = toTicks(query.preClose, tick);
  const up = Math.max(before + 1, percentOfTicks(before, 100 + band.up));
  const down = Math.max(1, Math.min(before - 1, percentOfTicks(before, 100 - band.down)));
  return { up: fromTicks(up, tick), down: fromTicks(down, tick) };
}

function limitBand(query: LimitQuery): Band | undefined {
  const { symbol, date, listedDays = Number.POSITIVE_INFINITY } = query;
  switch (boardOf(symbol)) {
    case 'sse-main':
    case 'szse-main':
      return isNewListing(query, MAIN_REGISTRATION) ? newListingBand(query, MAIN_REGISTRATION) : mainBoardBand(query);
    case 'chinext':
      if (isNewListing(query, CHINEXT_REGISTRATION)) return newListingBand(query, CHINEXT_REGISTRATION);
      return date < CHINEXT_REGISTRATION ? mainBoardBand(query) : symmetric(20);
    case 'star':
    case 'cdr':
      return listedDays <= FREE_DAYS ? undefined : symmetric(20);
    case 'bse':
      return listedDays <= 1 ? undefined : symmetric(30);
    case 'b-share':
      return mainBoardBand(query);
    case 'etf':
      return symmetric(query.isWideEtf || /^58[89]/.test(symbol) ? 20 : 10);
    case 'fund':
      return symmetric(10);
    default:
      return undefined;
  }
}

function isNewListing({ date, listedDays = Number.POSITIVE_INFINITY }: LimitQuery, registration: TradeDate): boolean {
  return listedDays <= (date < registration ? 1 : FREE_DAYS);
}

function newListingBand({ date }: LimitQuery, registration: TradeDate): Band | undefined {
  return date >= FIRST_DAY_BAND_START && date < registration ? FIRST_DAY_BAND : undefined;
}

function mainBoardBand({ symbol, date, isSt }: LimitQuery): Band | undefined {
  if (date < LIMITS_START) return undefined;
  const stStart = exchangeOf(symbol) === 'SH' ? ST_START.SH : ST_START.SZ;
  return symmetric(isSt && date >= stStart && date < ST_WIDENED ? 5 : 10);
}

function symmetric(percent: number): Band {
  return { up: percent, down: percent };
}
