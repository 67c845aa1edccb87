import { marketApi } from '@quotefleet/contracts';
import { CalendarRangeError, RuleDateError, rulesOn } from '@quotefleet/domain';
import { invalidArgument, mount } from '@quotefleet/service-kit';
import type { Router } from 'express';
import { canonicalSymbol } from '../instruments/instrument-directory.ts';
import type { InstrumentStore } from '../instruments/instrument-store.ts';
import { parseOptionalDay, today } from '../reading/dates.ts';

/** Which rules held for a symbol on a day; what is known of the instrument is taken from storage where it is there. */
export function mountRuleRoutes(router: Router, instruments: InstrumentStore): void {
  mount(router, marketApi.tradingRules, async ({ params, query }) => {
    const date = parseOptionalDay('date', query.date) ?? today();
    const symbol = canonicalSymbol(params.symbol);
    const instrument = await instruments.find(symbol);
    try {
      return {
        ...rulesOn(symbol, date, {
          // Whether it was under risk warning is known of the present only.
          ...(instrument && date >= today() ? { isSt: instrument.isSt } : {}),
          ...(instrument?.listDate === undefined ? {} : { listDate: instrument.listDate }),
          ...(query.preClose === undefined ? {} : { preClose: query.preClose }),
        }),
      };
    } catch (error) {
      if (error instanceof CalendarRangeError || error instanceof RuleDateError)
        throw invalidArgument('date', error.message, { cause: error });
      throw error;
    }
  });
}
