import { CALENDAR_LAST, DateError, parseInstant, shanghaiMs, type TradeDate, toTradeDate } from '@quotefleet/domain';
import { invalidArgument } from '@quotefleet/service-kit';
import { DAY_MS, parseKnownDate } from './reading/dates.ts';

/** `[from, to)` in ms; an end that was not given is open. */
export interface TimeRange {
  from: number | undefined;
  to: number | undefined;
}

const DATE_ONLY = /^(\d{8}|\d{4}-\d{2}-\d{2})$/;

/**
 * The range a caller names by `start` and `end`: a date as end takes that whole day in, a time as end
 * takes what is stamped with it in.
 * @throws AppError INVALID_ARGUMENT naming `start` or `end`
 */
export function parseTimeRange({ start, end }: { start?: string | undefined; end?: string | undefined }): TimeRange {
  const from = start === undefined ? undefined : parseBound('start', start).ms;
  const last = end === undefined ? undefined : parseBound('end', end);
  const to = last && last.ms + (last.isDate ? DAY_MS : 1);
  if (from !== undefined && to !== undefined && from >= to)
    throw invalidArgument('start', `expected a start before the end, was ${start}`);
  return { from, to };
}

function parseBound(field: 'start' | 'end', text: string): { ms: number; isDate: boolean } {
  const isDate = DATE_ONLY.test(text);
  try {
    const ms = isDate ? shanghaiMs(parseKnownDate(text)) : parseInstant(text);
    refusePastCalendar(field, parseKnownDate(toTradeDate(ms)));
    return { ms, isDate };
  } catch (error) {
    if (error instanceof DateError) throw invalidArgument(field, error.message, { cause: error });
    throw error;
  }
}

function refusePastCalendar(field: string, date: TradeDate): void {
  if (date > CALENDAR_LAST) {
    throw invalidArgument(field, `the exchanges have announced trading days up to ${CALENDAR_LAST} only, was ${date}`);
  }
}
