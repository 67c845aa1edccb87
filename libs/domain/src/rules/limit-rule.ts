import type { TradeDate } from '../calendar/trade-date.ts';
import { boardOf, exchangeOf } from '../symbols/board.ts';

export interface LimitQuery {
  /** Canonical. */
  symbol: string;
  date: TradeDate;
  /** Under risk warning (ST, *ST) on the date. */
  isSt?: boolean;
  /** Trading days since listing, the first being 1; a long-listed instrument unless given. */
  listedDays?: number;
  /**
   * An ETF whose index holds STAR or ChiNext stocks only: ±20 % since 2020-08-24. Shanghai's 588 and 589 are known by
   * their code.
   */
  isWideEtf?: boolean;
}

/** How far a price may move from the previous close, since when, and by which rule. */
export type LimitRule =
  | { kind: 'band'; upPercent: number; downPercent: number; since: TradeDate; source: string }
  /** A listing without limits for its first days. */
  | { kind: 'free'; days: number; since: TradeDate; source: string }
  | { kind: 'none' };

const LIMITS_START = '1996-12-16';
const ST_START = { SH: '1998-04-22', SZ: '1998-04-28' } as const;
const FIRST_DAY_BAND_START = '2014-06-13';
const STAR_OPENING = '2019-07-22';
const CHINEXT_REGISTRATION = '2020-08-24';
/** The tier of NEEQ that became the Beijing exchange on 2021-11-15. */
const NEEQ_SELECT_OPENING = '2020-07-27';
const MAIN_REGISTRATION = '2023-04-10';
const ST_WIDENED = '2026-07-06';
const FREE_DAYS = 5;

const NONE: LimitRule = { kind: 'none' };
const MAIN_BAND = band(10, LIMITS_START, 'limits of 10 % for all stocks and funds');
const STAR_BAND = band(20, STAR_OPENING, 'opening of the STAR market');
const CHINEXT_BAND = band(20, CHINEXT_REGISTRATION, 'registration-based listing on ChiNext');
const WIDE_ETF_BAND = band(20, CHINEXT_REGISTRATION, 'funds of STAR and ChiNext stocks follow them');
const BSE_BAND = band(30, NEEQ_SELECT_OPENING, 'opening of the NEEQ select tier, which became the Beijing exchange');
const FIRST_DAY_BAND: LimitRule = {
  kind: 'band',
  upPercent: 44,
  downPercent: 36,
  since: FIRST_DAY_BAND_START,
  source: 'first day of a new listing, from the issue price',
};
const FREE_FIRST_DAY = free(1, LIMITS_START, 'first day of a new listing');
const FREE_ON_STAR = free(FREE_DAYS, STAR_OPENING, 'opening of the STAR market');
const FREE_ON_CHINEXT = free(FREE_DAYS, CHINEXT_REGISTRATION, 'registration-based listing on ChiNext');
const FREE_ON_MAIN = free(FREE_DAYS, MAIN_REGISTRATION, 'registration-based listing on the main boards');
const FREE_ON_BSE = free(1, NEEQ_SELECT_OPENING, 'opening of the NEEQ select tier, which became the Beijing exchange');

/**
 * The limit rule of an instrument on a date.
 *
 * Main board ±10 % since 1996-12-16, under risk warning ±5 % from 1998-04-22 (Shenzhen 04-28) to 2026-07-05;
 * ChiNext the same before 2020-08-24 and ±20 % since; STAR ±20 %; Beijing ±30 %; B shares and funds ±10 %.
 * New listings are free for five days (STAR; ChiNext since 2020-08-24; main boards since 2023-04-10) or one (Beijing).
 * On the first day from 2014-06-13 until then the band is +44 % and -36 % of the issue price.
 * First days of relisting and of delisting consolidation are free too, which the caller must know.
 */
export function limitRule(query: LimitQuery): LimitRule {
  const { symbol, date, listedDays = Number.POSITIVE_INFINITY } = query;
  switch (boardOf(symbol)) {
    case 'sse-main':
    case 'szse-main':
      return newListingRule(query, MAIN_REGISTRATION, FREE_ON_MAIN) ?? mainBoardRule(query);
    case 'chinext':
      return (
        newListingRule(query, CHINEXT_REGISTRATION, FREE_ON_CHINEXT) ??
        (date < CHINEXT_REGISTRATION ? mainBoardRule(query) : CHINEXT_BAND)
      );
    case 'star':
    case 'cdr':
      return listedDays <= FREE_DAYS ? FREE_ON_STAR : STAR_BAND;
    case 'bse':
      return listedDays <= 1 ? FREE_ON_BSE : BSE_BAND;
    case 'b-share':
      return mainBoardRule(query);
    case 'etf':
      return isWide(query) ? WIDE_ETF_BAND : MAIN_BAND;
    case 'fund':
      return MAIN_BAND;
    default:
      return NONE;
  }
}

function newListingRule(query: LimitQuery, registration: TradeDate, sinceThen: LimitRule): LimitRule | undefined {
  const { date, listedDays = Number.POSITIVE_INFINITY } = query;
  if (date >= registration) return listedDays <= FREE_DAYS ? sinceThen : undefined;
  if (listedDays > 1 || date < LIMITS_START) return undefined;
  return date >= FIRST_DAY_BAND_START ? FIRST_DAY_BAND : FREE_FIRST_DAY;
}

function mainBoardRule({ symbol, date, isSt }: LimitQuery): LimitRule {
  if (date < LIMITS_START) return NONE;
  const exchange = exchangeOf(symbol) === 'SH' ? 'SH' : 'SZ';
  if (!isSt || date < ST_START[exchange]) return MAIN_BAND;
  if (date < ST_WIDENED) return band(5, ST_START[exchange], 'special treatment of stocks under risk warning');
  return band(10, ST_WIDENED, exchange === 'SH' ? 'SSE 2026 No. 41' : 'SZSE 2026 No. 551');
}

function isWide({ symbol, date, isWideEtf }: LimitQuery): boolean {
  return /^58[89]/.test(symbol) || (isWideEtf === true && date >= CHINEXT_REGISTRATION);
}

function band(percent: number, since: TradeDate, source: string): LimitRule {
  return { kind: 'band', upPercent: percent, downPercent: percent, since, source };
}

function free(days: number, since: TradeDate, source: string): LimitRule {
  return { kind: 'free', days, since, source };
}
