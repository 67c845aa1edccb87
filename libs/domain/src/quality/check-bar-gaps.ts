import type { Bar } from '../bars/bar.ts';
import { formatShanghai, shanghaiMs } from '../calendar/instant.ts';
import { type TradeDate, toTradeDate } from '../calendar/trade-date.ts';
import { tradingDays } from '../calendar/trading-calendar.ts';
import { isMinutePeriod, type MinutePeriod } from '../sessions/period.ts';
import { marketOf } from '../symbols/board.ts';
import { expectedBarEnds, type MinuteRows, missingRuns } from './expected-bars.ts';
import type { Finding, InstrumentFacts } from './finding.ts';

interface GapOptions {
  minuteRows?: MinuteRows;
  untilMs?: number;
}

/**
 * The trading days missing between the bars of one symbol and period, and the minutes missing in their days.
 * @param bars sound ones in order of time.
 * @param before the bar stored before them.
 */
export function gapFindings(
  bars: readonly Bar[],
  before: Bar | undefined,
  facts: InstrumentFacts,
  { minuteRows, untilMs = Number.POSITIVE_INFINITY }: GapOptions,
): Finding[] {
  const [first] = bars;
  if (!first || first.period === '1w' || first.period === '1M') return [];
  if (!isMinutePeriod(first.period))
    return missingDays(first.symbol, datesOf(before ? [before, ...bars] : bars), facts);
  if (minuteRows === undefined || marketOf(first.symbol) !== 'CN') return [];

  const byDate = Map.groupBy(bars, ({ ts }) => toTradeDate(ts));
  const { symbol, period } = first;
  return [
    ...missingDays(symbol, [...byDate.keys()], facts),
    ...[...byDate].flatMap(([date, ofDay]) => missingMinutes(ofDay, { symbol, date, period, minuteRows, untilMs })),
  ];
}

function datesOf(bars: readonly Bar[]): TradeDate[] {
  return bars.map(({ ts }) => toTradeDate(ts));
}

function missingDays(symbol: string, dates: readonly TradeDate[], facts: InstrumentFacts): Finding[] {
  const [from] = dates;
  const to = dates.at(-1);
  if (from === undefined || to === undefined) return [];
  const expected = tradingDays(from, to, marketOf(symbol)).filter((date) => !facts.isSuspendedOn?.(date));
  return missingRuns(expected, new Set(dates)).map(({ first, last, count }) =>
    gap(symbol, shanghaiMs(first), `expected bars from ${first} to ${last}, found none on ${count} trading days`),
  );
}

interface DayOfMinutes {
  symbol: string;
  date: TradeDate;
  period: MinutePeriod;
  minuteRows: MinuteRows;
  untilMs: number;
}

function missingMinutes(bars: readonly Bar[], { symbol, date, period, minuteRows, untilMs }: DayOfMinutes): Finding[] {
  const expected = expectedBarEnds(symbol, date, period, minuteRows).filter((end) => end <= untilMs);
  return missingRuns(expected, new Set(bars.map(({ ts }) => ts))).map(({ first, last, count }) =>
    gap(
      symbol,
      first,
      `expected bars of ${period} from ${clock(first)} to ${clock(last)} on ${date}, found none of ${count}`,
    ),
  );
}

function clock(ts: number): string {
  return formatShanghai(ts).slice(11, 16);
}

function gap(symbol: string, ts: number, message: string): Finding {
  return { kind: 'gap', severity: 'warning', symbol, ts, field: 'ts', message };
}
