import { marketApi } from '@quotefleet/contracts';
import {
  CalendarRangeError,
  type Market,
  marketOf,
  previousTradingDay,
  type TradeDate,
  tradingDays,
} from '@quotefleet/domain';
import { invalidArgument } from '@quotefleet/service-kit';
import { mountTable } from '@quotefleet/service-kit/tables';
import type { Router } from 'express';
import { canonicalSymbol, type InstrumentDirectory } from '../instruments/instrument-directory.ts';
import { decodeCursor, encodeCursor } from '../paging.ts';
import { dayRange, today } from '../reading/dates.ts';
import type { CheckQuality } from './day-quality.ts';

const DAYS_BACK = 30;

/** The days of a page are checked when they are asked for: what is stored may have changed since the last look. */
export function mountQualityRoutes(
  router: Router,
  { directory, checkQuality }: { directory: InstrumentDirectory; checkQuality: CheckQuality },
): void {
  mountTable(router, marketApi.listQuality, async ({ params, query }) => {
    const range = dayRange(query);
    const { symbol, listDate } = await directory.get(canonicalSymbol(params.symbol));
    const { period } = query;
    const days = daysOf(marketOf(symbol), range).filter((date) => listDate === undefined || date >= listDate);
    return {
      beside: { symbol, period },
      async load(cursor, limit) {
        const after = decodeCursor(cursor, ['date'])?.[0];
        const left = after === undefined ? days : days.filter((date) => date > String(after));
        const page = left.slice(0, limit);
        const last = left.length > limit ? page.at(-1) : undefined;
        const rows = await checkQuality({ symbol, period, days: page });
        return {
          rows: rows.map((row) => ({ ...row, completeness: ratio(row) })),
          nextCursor: last && encodeCursor([last]),
        };
      },
    };
  });
}

function ratio({ expected, found }: Record<string, unknown>): number {
  return Number(expected) === 0 ? 1 : Number(found) / Number(expected);
}

/** @throws AppError INVALID_ARGUMENT for days that the market's calendar does not know */
function daysOf(market: Market, range: ReturnType<typeof dayRange>): TradeDate[] {
  try {
    const to = range?.through ?? previousTradingDay(today(), market);
    const from = range?.from ?? daysBefore(to, market);
    return tradingDays(from, to, market);
  } catch (error) {
    if (!(error instanceof CalendarRangeError)) throw error;
    throw invalidArgument(error.date === range?.from ? 'start' : 'end', error.message, { cause: error });
  }
}

/** The first of so many trading days up to a date. */
function daysBefore(date: TradeDate, market: Market): TradeDate {
  let day = date;
  for (let count = 1; count < DAYS_BACK; count += 1) day = previousTradingDay(day, market);
  return day;
}
