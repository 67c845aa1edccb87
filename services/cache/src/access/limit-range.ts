import type { RowRights } from '@quotefleet/access';
import {
  DateError,
  formatShanghai,
  isMinutePeriod,
  type Period,
  parseInstant,
  parseTradeDate,
  shanghaiMs,
} from '@quotefleet/domain';
import { forbidden } from './refusal.ts';
import { firstDay, type TimeRights, timeRights } from './time-rights.ts';

const DAY_MS = 86_400_000;
const DATE = /^(\d{8}|\d{4}-\d{2}-\d{2})$/;
/** Before any row there is. */
const FIRST_OF_ALL = '1900-01-01';

/** What became of the range that was asked for. */
export interface LimitedRange {
  times: TimeRights;
  /** Bars of days, weeks or months, which count by their trade date. */
  isDaily: boolean;
  /** `start=2021-11-20`, where the role may not see all that was asked for. */
  clamped: string[];
}

/**
 * Cuts the range of a query of bars or ticks down to what the role may see: the query then has the `start` and `end`
 * that market-data is to be asked for. Rows that no start keeps out are still to be left out one by one.
 * @throws AppError FORBIDDEN where the whole range lies outside
 */
export function limitRange(
  rights: RowRights,
  query: URLSearchParams,
  { isBars, now, isFile }: { isBars: boolean; now: number; isFile: boolean },
): LimitedRange {
  const isDaily = isBars && !isMinutePeriod((query.get('period') ?? '1d') as Period);
  const times = timeRights(rights, now, !isDaily);
  const clamped: string[] = [];
  limitStart(rights, query, { times, clamped, isFile });
  if (!isDaily) limitEnd(rights, query, { times, clamped });
  return { times, isDaily, clamped };
}

interface Limits {
  times: TimeRights;
  clamped: string[];
}

function limitStart(
  rights: RowRights,
  query: URLSearchParams,
  { times, clamped, isFile }: Limits & { isFile: boolean },
): void {
  const { fromMs } = times;
  const first = firstDay(times);
  const start = instantOf(query.get('start'));
  const end = lastInstantOf(query.get('end'));
  if (first !== undefined && end !== undefined && end <= fromMs) {
    const reason = `the role ${rights.role} sees ${rights.historyDays} days of history, from ${first} on: the range ends before`;
    throw forbidden({ kind: 'historyDays', reason });
  }
  if (start !== undefined && first !== undefined && start < fromMs) {
    query.set('start', first);
    clamped.push(`start=${first}`);
  }
  // A file without a limit has all rows from the first on, while a page without a start has the last ones.
  if (isFile && query.get('start') === null && query.get('limit') === null && query.get('cursor') === null) {
    query.set('start', first ?? FIRST_OF_ALL);
    if (first !== undefined) clamped.push(`start=${first}`);
  }
}

function limitEnd(rights: RowRights, query: URLSearchParams, { times, clamped }: Limits): void {
  const { untilMs } = times;
  if (untilMs === Number.POSITIVE_INFINITY) return;
  const start = instantOf(query.get('start'));
  const end = lastInstantOf(query.get('end'));
  if (start !== undefined && start > untilMs) {
    const reason = `the role ${rights.role} sees data ${rights.delaySeconds} s late: the range begins after ${formatShanghai(untilMs)}`;
    throw forbidden({ kind: 'delaySeconds', reason });
  }
  if (end !== undefined && end <= untilMs) return;
  query.set('end', String(untilMs));
  if (end !== undefined) clamped.push(`end=${formatShanghai(untilMs)}`);
}

/** Undefined for none, and for what is no time: market-data says so better. */
function instantOf(text: string | null): number | undefined {
  if (text === null) return undefined;
  try {
    return DATE.test(text) ? shanghaiMs(parseTradeDate(text)) : parseInstant(text);
  } catch (error) {
    if (error instanceof DateError) return undefined;
    throw error;
  }
}

/** A date as end takes that whole day in. */
function lastInstantOf(text: string | null): number | undefined {
  const instant = instantOf(text);
  return instant !== undefined && text !== null && DATE.test(text) ? instant + DAY_MS : instant;
}
