import type { FieldError } from '@quotefleet/contracts';
import type { DataRow } from '@quotefleet/data';
import { CALENDAR_FIRST, CALENDAR_LAST, isTradingDay, marketOf, toTradeDate } from '@quotefleet/domain';

/** Amounts of money and shares, and ratios of them; other figures, such as profits, may be below 0. */
const NEVER_NEGATIVE = [
  ...['price', 'last', 'open', 'high', 'low', 'preClose', 'volume', 'amount', 'seq', 'trades'],
  ...[
    'bidPrices',
    'bidVolumes',
    'bidOrders',
    'askPrices',
    'askVolumes',
    'askOrders',
    'totalBidVolume',
    'totalAskVolume',
  ],
  ...['cashPerShare', 'bonusRatio', 'transferRatio', 'rightsRatio', 'rightsPrice', 'weight'],
  ...['totalShares', 'floatShares', 'freeFloatShares', 'shares', 'multiplier', 'tickSize'],
];
const SAME_LENGTH = [
  ['bidPrices', 'bidVolumes'],
  ['bidPrices', 'bidOrders'],
  ['askPrices', 'askVolumes'],
  ['askPrices', 'askOrders'],
] as const;

/** What cannot be true of a row of any table, if anything. */
export function valueFault(row: DataRow): FieldError | undefined {
  for (const field of NEVER_NEGATIVE) {
    const below = [row[field]].flat().find((value) => typeof value === 'number' && value < 0);
    if (below !== undefined) return { field, message: `expected 0 or more, was ${String(below)}` };
  }
  for (const [prices, field] of SAME_LENGTH) {
    const [expected, found] = [row[prices], row[field]];
    if (Array.isArray(expected) && Array.isArray(found) && expected.length !== found.length)
      return { field, message: `expected as many entries as ${prices} (${expected.length}), was ${found.length}` };
  }
  const { inDate, outDate } = row;
  if (typeof inDate === 'string' && typeof outDate === 'string' && outDate < inDate)
    return { field: 'outDate', message: `expected a day from ${inDate} on, was ${outDate}` };
  return undefined;
}

/** Why nothing of a symbol can have that time, if so. A night in Shanghai is a day in New York: only mainland days are known. */
export function sessionFault(symbol: string, ts: number): FieldError | undefined {
  if (marketOf(symbol) !== 'CN') return undefined;
  const date = toTradeDate(ts);
  if (date < CALENDAR_FIRST || date > CALENDAR_LAST)
    return { field: 'ts', message: `expected a day from ${CALENDAR_FIRST} to ${CALENDAR_LAST}, was ${date}` };
  return isTradingDay(date) ? undefined : { field: 'ts', message: `${date} is not a trading day` };
}
