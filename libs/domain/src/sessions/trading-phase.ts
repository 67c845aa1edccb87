import { shanghaiTimeOfDayMs } from '../calendar/instant.ts';
import { dayNumberAt, fromDayNumber, type TradeDate } from '../calendar/trade-date.ts';
import { isSessionDay } from '../calendar/trading-calendar.ts';
import { boardOf, exchangeOf } from '../symbols/board.ts';
import {
  AFTER_HOURS_END,
  AFTER_HOURS_START,
  AFTERNOON_CLOSE,
  AFTERNOON_OPEN,
  CLOSING_AUCTION_START,
  MORNING_CLOSE,
  MORNING_OPEN,
  OPENING_AUCTION_END,
  OPENING_AUCTION_START,
} from './session-times.ts';

/**
 * What the market does: `opening-quiet` is 09:25 to 09:30, `after-close-gap` 15:00 to 15:05 where
 * fixed-price trading follows it; a session day is `pre-open` from midnight to 09:15.
 */
export type TradingPhase =
  | 'closed'
  | 'pre-open'
  | 'opening-auction'
  | 'opening-quiet'
  | 'continuous'
  | 'lunch'
  | 'closing-auction'
  | 'after-close-gap'
  | 'after-hours';

/** First dates of the exchanges' rule changes; dates as strings order as dates. */
const SSE_CLOSING_AUCTION = '2018-08-20';
const SZSE_CLOSING_AUCTION = '2006-07-01';
/** The tier of NEEQ that became the Beijing exchange. */
const NEEQ_SELECT_OPENING = '2020-07-27';
const STAR_AFTER_HOURS = '2019-07-22';
const CHINEXT_AFTER_HOURS = '2020-08-24';
/** SSE 2026 No. 41, SZSE 2026 No. 551: after-hours for all A-shares, CDRs and ETFs; closing auction for SSE funds. */
const REVISION_2026 = '2026-07-06';

const ANY_MAIN_BOARD_STOCK = '600000.SH';

/**
 * The phase at an instant, by the timetable in force since 2006-07-01. Starts are included, ends are not.
 *
 * Without a symbol it is that of a Shanghai main-board stock.
 * @param symbol a canonical symbol of SH, SZ or BJ.
 * @throws {CalendarRangeError} outside the known calendar; {RangeError} for another market's symbol.
 */
export function phaseAt(epochMs: number, symbol: string = ANY_MAIN_BOARD_STOCK): TradingPhase {
  const exchange = exchangeOf(symbol);
  if (exchange === 'HK' || exchange === 'US') {
    throw new RangeError(`expected a symbol of SH, SZ or BJ, was ${symbol}`);
  }
  const day = dayNumberAt(epochMs);
  if (!isSessionDay(day)) return 'closed';

  const time = shanghaiTimeOfDayMs(epochMs);
  if (time < OPENING_AUCTION_START) return 'pre-open';
  if (time < OPENING_AUCTION_END) return 'opening-auction';
  if (time < MORNING_OPEN) return 'opening-quiet';
  if (time < MORNING_CLOSE) return 'continuous';
  if (time < AFTERNOON_OPEN) return 'lunch';
  if (time < CLOSING_AUCTION_START) return 'continuous';
  const date = fromDayNumber(day);
  if (time < AFTERNOON_CLOSE) return hasClosingAuction(symbol, date) ? 'closing-auction' : 'continuous';
  if (time >= AFTER_HOURS_END || !hasAfterHours(symbol, date)) return 'closed';
  return time < AFTER_HOURS_START ? 'after-close-gap' : 'after-hours';
}

/** Whether 14:57 to 15:00 is a call auction for the symbol on the date. */
export function hasClosingAuction(symbol: string, date: TradeDate): boolean {
  return date >= closingAuctionSince(symbol);
}

/** The first date on which 14:57 to 15:00 was a call auction for the symbol; Beijing has had it from its start. */
export function closingAuctionSince(symbol: string): TradeDate {
  const exchange = exchangeOf(symbol);
  if (exchange === 'SZ') return SZSE_CLOSING_AUCTION;
  if (exchange === 'BJ') return NEEQ_SELECT_OPENING;
  const board = boardOf(symbol);
  return board === 'etf' || board === 'fund' ? REVISION_2026 : SSE_CLOSING_AUCTION;
}

/** Whether the symbol trades at the closing price from 15:05 to 15:30 on the date. */
export function hasAfterHours(symbol: string, date: TradeDate): boolean {
  const since = afterHoursSince(symbol);
  return since !== undefined && date >= since;
}

/** The first date on which the symbol's board traded at the closing price after hours; undefined if it does not. */
export function afterHoursSince(symbol: string): TradeDate | undefined {
  switch (boardOf(symbol)) {
    case 'star':
    case 'cdr':
      return STAR_AFTER_HOURS;
    case 'chinext':
      return CHINEXT_AFTER_HOURS;
    case 'sse-main':
    case 'szse-main':
    case 'etf':
      return REVISION_2026;
    default:
      return undefined;
  }
}
