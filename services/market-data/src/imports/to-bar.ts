import {
  type Bar,
  CalendarRangeError,
  DateError,
  isMinutePeriod,
  isTradingDay,
  type Market,
  type MinutePeriod,
  marketOf,
  minuteBarEnd,
  parseInstant,
  parseTradeDate,
  periodBarEnd,
  shanghaiMs,
  toTradeDate,
} from '@quotefleet/domain';
import { canonicalSymbol } from '../instruments/instrument-directory.ts';
import { type BarPeriod, RowError, type VendorBar } from './vendors/index.ts';

interface ToBarOptions {
  period: BarPeriod;
  /** Canonical; for rows that name none. */
  fileSymbol: string | undefined;
}

/**
 * A vendor's bar as ours, checked: the day is a trading day, a minute label is one of a session's 241, prices are
 * above 0 and consistent, volume is a whole number of shares.
 * @throws RowError saying what is wrong
 */
export function toBar(row: VendorBar, { period, fileSymbol }: ToBarOptions): Bar {
  const symbol = row.symbol === undefined ? fileSymbol : symbolOf(row.symbol);
  if (symbol === undefined) throw new RowError('symbol: neither the row nor the file name holds one');
  checkPrices(row);
  return {
    symbol,
    period,
    ts: isMinutePeriod(period) ? minuteOf(row.time, period) : dayOf(row.time, marketOf(symbol)),
    open: row.open,
    high: row.high,
    low: row.low,
    close: row.close,
    volume: row.volume,
    amount: row.amount,
    final: true,
  };
}

function symbolOf(input: string): string {
  try {
    return canonicalSymbol(input);
  } catch (error) {
    throw new RowError(error instanceof Error ? error.message : String(error));
  }
}

function checkPrices({ open, high, low, close, volume, amount }: VendorBar): void {
  if (low <= 0) throw new RowError(`low: expected a price above 0, was ${low}`);
  if (high < Math.max(open, close)) throw new RowError(`high: ${high} is below open ${open} or close ${close}`);
  if (low > Math.min(open, close)) throw new RowError(`low: ${low} is above open ${open} or close ${close}`);
  if (!Number.isSafeInteger(volume) || volume < 0)
    throw new RowError(`volume: expected a whole number of shares, was ${volume}`);
  if (amount < 0) throw new RowError(`amount: expected 0 or more, was ${amount}`);
}

function dayOf(text: string, market: Market): number {
  const date = orRowError(() => parseTradeDate(text.slice(0, /^\d{8}/.test(text) ? 8 : 10)));
  if (!orRowError(() => isTradingDay(date, market))) throw new RowError(`date: ${date} is not a trading day`);
  return shanghaiMs(date, '00:00:00');
}

function minuteOf(text: string, period: MinutePeriod): number {
  const ts = orRowError(() => parseInstant(text));
  const date = toTradeDate(ts);
  if (!orRowError(() => isTradingDay(date))) throw new RowError(`time: ${date} is not a trading day`);
  if (minuteBarEnd(ts) !== ts || (period !== '1m' && periodBarEnd(ts, period) !== ts))
    throw new RowError(`time: expected the end of a bar of ${period}, was ${text}`);
  return ts;
}

function orRowError<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof DateError || error instanceof CalendarRangeError) throw new RowError(error.message);
    throw error;
  }
}
