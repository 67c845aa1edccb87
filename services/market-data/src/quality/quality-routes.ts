import { marketApi } from '@quotefleet/contracts';
import { CalendarRangeError, type Market, marketOf, previousTradingDay, type TradeDate } from '@quotefleet/domain';
import { invalidArgument } from '@quotefleet/service-kit';
import { mountTable } from '@quotefleet/service-kit/tables';
import type { Router } from 'express';
import { canonicalSymbol, type InstrumentDirectory } from '../instruments/instrument-directory.ts';
import { decodeCursor, encodeCursor } from '../paging.ts';
import { dayRange, today } from '../reading/dates.ts';
import type { CheckQuality } from './day-quality.ts';

const DAYS_BACK = 30;

/** The range is checked when it is asked for: what is stored may have changed since the last look. */
export function mountQualityRoutes(
  router: Router,
  { directory, checkQuality }: { directory: InstrumentDirectory; checkQuality: CheckQuality },
): void {
  mountTable(router, marketApi.listQuality, async ({ params, query }) => {
    const range = dayRange(query);
    const { symbol } = await directory.getAny(canonicalSymbol(params.symbol));
    const { period } = query;
    const market = marketOf(symbol);
    const to = range?.through ?? inCalendar(() => previousTradingDay(today(), market));
    const from = range?.from ?? inCalendar(() => daysBefore(to, market));
    return {
      beside: { symbol, period },
      async load(cursor, limit) {
        const after = decodeCursor(cursor, ['date'])?.[0] as string | undefined;
        const days = await inCalendar(() => checkQuality({ symbol, period, from: after ?? from, to }));
        const left = after === undefined ? days : days.filter(({ date }) => String(date) > after);
        const rows = left.slice(0, limit).map((row) => ({ ...row, completeness: ratio(row) }));
        const last = left.length > limit ? left[limit - 1]?.date : undefined;
        return { rows, nextCursor: last === undefined ? undefined : encodeCursor([String(last)]) };
      },
    };
  });
}

function ratio({ expected, found }: Record<string, unknown>): number {
  return Number(expected) === 0 ? 1 : Number(found) / Number(expected);
}

function daysBefore(date: TradeDate, market: Market): TradeDate {
  let day = date;
  for (let count = 1; count < DAYS_BACK; count += 1) day = previousTradingDay(day, market);
  return day;
}

/** @throws AppError INVALID_ARGUMENT for days that the calendar does not know */
function inCalendar<T>(work: () => T): T {
  try {
    const result = work();
    if (result instanceof Promise) return result.catch(refuse) as T;
    return result;
  } catch (error) {
    return refuse(error);
  }
}

function refuse(error: unknown): never {
  if (error instanceof CalendarRangeError) throw invalidArgument('start', error.message, { cause: error });
  throw error;
}
