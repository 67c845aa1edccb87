import type { TradeDate } from '@quotefleet/domain';
import type { SeriesDefinition } from '@quotefleet/timeseries';
import { type DayRange, daysSpan, rangeBounds } from '../day.ts';
import { forEachOf } from '../for-each-of.ts';
import type { RowSource, SourceQuery } from '../row-source.ts';
import { differenceOf, type RowDifference } from './day-difference.ts';
import { type DayDigest, dayDigests } from './day-digests.ts';

export interface CompareOptions {
  left: RowSource;
  right: RowSource;
  series: readonly SeriesDefinition[];
  /** All where absent. */
  symbols?: readonly string[] | undefined;
  days?: DayRange | undefined;
  /** `left`: only symbol-days that the left side has, as after a migration into a store that had more before. */
  scope: 'left' | 'both';
  signal?: AbortSignal | undefined;
  /** Called for each symbol-day that differs, symbol by symbol. */
  onDifference?: ((difference: DayDifference) => void) | undefined;
  /** Called after each symbol. */
  onProgress?: ((report: CompareReport) => void) | undefined;
}

/** A symbol-day whose rows are not the same on both sides. */
export interface DayDifference extends RowDifference {
  table: string;
  symbol: string;
  day: TradeDate;
  leftRows: number;
  rightRows: number;
}

export interface CompareReport {
  symbols: number;
  /** Symbol-days compared. */
  days: number;
  leftRows: number;
  rightRows: number;
  /** Symbol-days that are not the same. */
  differences: number;
}

const SYMBOLS_AT_A_TIME = 4;
const PAGE_ROWS = 5000;

/** Compares two sides by count and checksum of every symbol-day. Memory does not grow with what is compared. */
export async function compareSources(options: CompareOptions): Promise<CompareReport> {
  const report: CompareReport = { symbols: 0, days: 0, leftRows: 0, rightRows: 0, differences: 0 };
  for (const definition of options.series) {
    const symbols = options.symbols ?? (await symbolsOf(options, definition.name));
    await forEachOf(symbols, SYMBOLS_AT_A_TIME, async (symbol) => {
      await compareSymbol(options, definition, symbol, report);
      report.symbols += 1;
      options.onProgress?.(report);
    });
  }
  return report;
}

async function symbolsOf({ left, right, scope }: CompareOptions, series: string): Promise<string[]> {
  const ours = await left.symbols(series);
  return scope === 'left' ? ours : [...new Set([...ours, ...(await right.symbols(series))])].sort();
}

async function compareSymbol(
  options: CompareOptions,
  definition: SeriesDefinition,
  symbol: string,
  report: CompareReport,
) {
  const { left, right, scope, signal, onDifference } = options;
  const query: SourceQuery = { symbol, ...rangeBounds(options.days ?? {}), limit: PAGE_ROWS };
  const pairs = pairDays(dayDigests(left, definition, query), dayDigests(right, definition, query));
  for await (const [a, b] of pairs) {
    signal?.throwIfAborted();
    if (!a && scope === 'left') continue;
    report.days += 1;
    report.leftRows += a?.rows ?? 0;
    report.rightRows += b?.rows ?? 0;
    if (a?.sha256 === b?.sha256) continue;
    report.differences += 1;
    const day = (a ?? b)?.day as TradeDate;
    const rows = await differenceOf([left, right], definition, { symbol, ...daysSpan(day), limit: PAGE_ROWS });
    const counts = { leftRows: a?.rows ?? 0, rightRows: b?.rows ?? 0 };
    onDifference?.({ table: definition.name, symbol, day, ...counts, ...rows });
  }
}

/** Both sides' days in one order, those of one date together. */
async function* pairDays(
  left: AsyncGenerator<DayDigest>,
  right: AsyncGenerator<DayDigest>,
): AsyncGenerator<[DayDigest | undefined, DayDigest | undefined]> {
  let [a, b] = await Promise.all([next(left), next(right)]);
  while (a || b) {
    const day = !a || (b && b.day < a.day) ? b?.day : a.day;
    const pair: [DayDigest | undefined, DayDigest | undefined] = [
      a?.day === day ? a : undefined,
      b?.day === day ? b : undefined,
    ];
    yield pair;
    [a, b] = await Promise.all([pair[0] ? next(left) : a, pair[1] ? next(right) : b]);
  }
}

async function next(days: AsyncGenerator<DayDigest>): Promise<DayDigest | undefined> {
  const { done, value } = await days.next();
  return done ? undefined : value;
}
