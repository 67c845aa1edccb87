import { marketApi } from '@quotefleet/contracts';
import { CalendarRangeError, type Market, type TradeDate, tradingDays } from '@quotefleet/domain';
import { invalidArgument, mount } from '@quotefleet/service-kit';
import type { Router } from 'express';
import { parseDay } from '../reading/dates.ts';

export function mountCalendarRoutes(router: Router): void {
  mount(router, marketApi.tradeCalendar, ({ query }) => {
    const start = parseDay('start', query.start);
    const end = parseDay('end', query.end);
    if (start > end) throw invalidArgument('start', `expected a start not after the end, was ${start}`);
    return { tradingDays: daysBetween(start, end, query.market) };
  });
}

function daysBetween(start: TradeDate, end: TradeDate, market: Market): TradeDate[] {
  try {
    return tradingDays(start, end, market);
  } catch (error) {
    if (!(error instanceof CalendarRangeError)) throw error;
    throw invalidArgument(error.date === start ? 'start' : 'end', error.message, { cause: error });
  }
}
