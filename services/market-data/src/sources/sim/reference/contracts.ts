import { CALENDAR_LAST, isTradingDay, nextTradingDay, type TradeDate } from '@quotefleet/domain';
import { later, nthFriday, type ReferenceRow, type ReferenceWindow, yearOf } from './reference-rows.ts';

/** Index futures: product, name, underlying index, yuan per point, the first day they traded. */
const PRODUCTS = [
  ['IF', '沪深300股指期货', '000300.SH', 300, '2010-04-16'],
  ['IH', '上证50股指期货', '000016.SH', 300, '2015-04-16'],
  ['IC', '中证500股指期货', '000905.SH', 200, '2015-04-16'],
  ['IM', '中证1000股指期货', '000852.SH', 200, '2022-07-22'],
] as const;
/** Months between the expiry after which a contract is listed and its own, for the months of a quarter's end and the others. */
const QUARTERLY_LEAD = 8;
const MONTHLY_LEAD = 2;

/** Contracts that are listed by `to` and trade on `from` or later: two next months and two quarters after them. */
export function contractRows({ from, to }: ReferenceWindow): ReferenceRow[] {
  const firstMonth = monthOf(later(from, PRODUCTS[0][4]));
  const lastMonth = monthOf(to) + QUARTERLY_LEAD;
  const rows: ReferenceRow[] = [];
  for (let month = firstMonth; month <= lastMonth; month++) {
    const lead = month % 3 === 0 ? QUARTERLY_LEAD : MONTHLY_LEAD;
    const expiredBefore = expiry(month - lead);
    const lastTradeDate = expiry(month);
    if (expiredBefore >= to || lastTradeDate < from) continue;
    const listed = nextTradingDay(expiredBefore);
    const code = `${String(Math.floor((month - 1) / 12)).slice(2)}${String(((month - 1) % 12) + 1).padStart(2, '0')}`;
    for (const [product, name, underlying, multiplier, since] of PRODUCTS) {
      const listDate = later(listed, since);
      if (listDate > to || listDate > lastTradeDate) continue;
      rows.push({
        symbol: `${product}${code}.CFFEX`,
        name: `${name}${code}`,
        exchange: 'CFFEX',
        underlying,
        multiplier,
        tickSize: 0.2,
        listDate,
        lastTradeDate,
      });
    }
  }
  return rows;
}

function monthOf(date: TradeDate): number {
  return yearOf(date) * 12 + Number(date.slice(5, 7));
}

/** The third Friday, or the next trading day; months count from year 0. */
function expiry(month: number): TradeDate {
  const friday = nthFriday(Math.floor((month - 1) / 12), ((month - 1) % 12) + 1, 3);
  return friday > CALENDAR_LAST || isTradingDay(friday) ? friday : nextTradingDay(friday);
}
