import { marketApi } from '@quotefleet/contracts';
import { CalendarRangeError, DateError, parseTradeDate, type TradeDate, tradingDays } from '@quotefleet/domain';
import { invalidArgument, mount } from '@quotefleet/service-kit';
import type { Router } from 'express';

export function mountCalendarRoutes(router: Router): void {
  mount(router, marketApi.tradeCalendar, ({ query }) => {
    const start = parseDate('start', query.start);
    const end = parseDate('end', query.end);
    if (start > end) throw invalidArgument('start', `expected a start not after the end, was ${start}`);
    return { tradingDays: daysBetween(start, end) };
  });
}

function parseDate(field: string, text: string): TradeDate {
  try {
    return parseTradeDate(text);
  } catch (error) {
    if (error instanceof DateError) throw invalidArgument(field, error.message, { cause: error });
    throw error;
  }
}

function daysBetween(start: TradeDate, end: TradeDate): TradeDate[] {
  try {
    return tradingDays(start, end);
  } catch (error) {
    if (error instanceof CalendarRangeError) throw invalidArgument('end', error.message, { cause: error });
    throw error;
  }
}
