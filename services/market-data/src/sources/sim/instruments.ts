import type { InstrumentPayload } from '@quotefleet/contracts';
import { isTradingDay, previousTradingDay } from '@quotefleet/domain';
import { daysOfYear } from './daily/market-year.ts';
import { yearEvents } from './daily/year-events.ts';
import { ETFS, INDEX_LIST, STOCKS } from './universe.ts';

export const DEFAULT_SEED = 1;

/**
 * The instruments the exchange shows on a date, with who is suspended on it; on a day without a session the status is
 * that of the session before.
 */
export function simInstruments(date: string, { seed = DEFAULT_SEED }: { seed?: number } = {}): InstrumentPayload[] {
  const session = isTradingDay(date) ? date : previousTradingDay(date);
  const year = Number(session.slice(0, 4));
  const days = daysOfYear(year);
  const day = days.indexOf(session);
  const { halted } = yearEvents(seed, year, days.length);
  const securities = [...STOCKS, ...ETFS].map((security) => ({
    ...security,
    isHalted: halted.get(security.symbol)?.has(day),
  }));
  const indices = INDEX_LIST.map((index) => ({ ...index, isSt: false, isHalted: false }));
  return [...securities, ...indices]
    .filter(({ since }) => since <= session)
    .map(({ symbol, name, kind, board, isSt, isHalted }) => ({
      symbol,
      name,
      kind,
      board,
      isSt,
      status: isHalted ? 'suspended' : 'listed',
    }));
}
