import type { Bar } from '../bars/bar.ts';
import { shanghaiTimeOfDayMs } from '../calendar/instant.ts';
import { type TradeDate, toTradeDate } from '../calendar/trade-date.ts';
import { calendarRange, isTradingDay } from '../calendar/trading-calendar.ts';
import { minuteBarEnd, periodBarEnd } from '../sessions/minute-label.ts';
import { isMinutePeriod } from '../sessions/period.ts';
import { kindOf, marketOf } from '../symbols/board.ts';
import type { Problem } from './finding.ts';

const PRICE_FIELDS = ['open', 'high', 'low', 'close'] as const;
/** What rounding of prices and amounts can move an average price by. */
const AVERAGE_PRICE_SLACK = 0.02;

/** What is wrong with a bar by itself. */
export function barProblems(bar: Bar): Problem[] {
  const shape = shapeProblem(bar);
  if (shape) return [shape];
  return [timeProblem(bar), ohlcProblem(bar) ?? unitsProblem(bar)].filter((problem) => problem !== undefined);
}

function shapeProblem(bar: Bar): Problem | undefined {
  for (const field of PRICE_FIELDS) {
    if (!(Number.isFinite(bar[field]) && bar[field] > 0)) return error('shape', field, 'a price above 0', bar[field]);
  }
  if (!Number.isSafeInteger(bar.volume) || bar.volume < 0) {
    return error('shape', 'volume', 'a whole number of shares', bar.volume);
  }
  if (!(Number.isFinite(bar.amount) && bar.amount >= 0)) return error('shape', 'amount', '0 or more', bar.amount);
  return Number.isSafeInteger(bar.ts) ? undefined : error('shape', 'ts', 'ms since the epoch', bar.ts);
}

function timeProblem(bar: Bar): Problem | undefined {
  const market = marketOf(bar.symbol);
  // Minute labels of Hong Kong and New York are not known here, and a night in Shanghai is a day in New York.
  if (isMinutePeriod(bar.period) && market !== 'CN') return undefined;
  const date = toTradeDate(bar.ts);
  const day = dayProblem(bar.symbol, date);
  if (day) return day;
  if (!isMinutePeriod(bar.period)) {
    return shanghaiTimeOfDayMs(bar.ts) === 0 ? undefined : error('time', 'ts', 'midnight in Shanghai', bar.ts);
  }
  const isLabel = minuteBarEnd(bar.ts) === bar.ts && periodBarEnd(bar.ts, bar.period) === bar.ts;
  return isLabel ? undefined : error('time', 'ts', `the end of a bar of ${bar.period} of a session`, bar.ts);
}

/** A date on which the symbol's market has no session, or one outside its known calendar. */
export function dayProblem(symbol: string, date: TradeDate): Problem | undefined {
  const market = marketOf(symbol);
  const { first, last } = calendarRange(market);
  if (date < first || date > last) return error('time', 'ts', `a date from ${first} to ${last}`, date);
  return isTradingDay(date, market) ? undefined : error('time', 'ts', `a trading day of ${market}`, date);
}

function ohlcProblem({ open, high, low, close }: Bar): Problem | undefined {
  if (high < Math.max(open, close, low)) {
    return error('ohlc', 'high', `at least open ${open}, low ${low} and close ${close}`, high);
  }
  return low > Math.min(open, close) ? error('ohlc', 'low', `at most open ${open} and close ${close}`, low) : undefined;
}

function unitsProblem({ symbol, high, low, volume, amount }: Bar): Problem | undefined {
  const kind = kindOf(symbol);
  if (volume === 0 || amount === 0 || kind === 'index' || kind === 'bond' || kind === 'other') return undefined;
  const average = amount / volume;
  if (average >= low * (1 - AVERAGE_PRICE_SLACK) && average <= high * (1 + AVERAGE_PRICE_SLACK)) return undefined;
  return {
    kind: 'units',
    severity: 'warning',
    field: 'amount',
    message: `expected amount / volume from ${low} to ${high}, was ${average}`,
  };
}

function error(kind: Problem['kind'], field: string, expected: string, found: unknown): Problem {
  return { kind, severity: 'error', field, message: `expected ${expected}, was ${String(found)}` };
}
