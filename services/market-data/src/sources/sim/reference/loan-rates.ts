import { CALENDAR_LAST, isTradingDay, nextTradingDay, type TradeDate } from '@quotefleet/domain';
import { later, type ReferenceRow, SOURCE, yearOf } from './reference-rows.ts';

/** Loan prime rates for one year and five from a day on, as they were fixed. */
const RATES = `
2019-08-20 4.25 4.85
2019-09-20 4.20 4.85
2019-11-20 4.15 4.80
2020-02-20 4.05 4.75
2020-04-20 3.85 4.65
2021-12-20 3.80 4.65
2022-01-20 3.70 4.60
2022-05-20 3.70 4.45
2022-08-22 3.65 4.30
2023-06-20 3.55 4.20
2023-08-21 3.45 4.20
2024-02-20 3.45 3.95
2024-07-22 3.35 3.85
2024-10-21 3.10 3.60
2025-05-20 3.00 3.50
`
  .trim()
  .split('\n')
  .map((line) => line.split(' '));

const FIRST_FIXING = '2019-08-20';

/** The loan prime rates fixed in a range of dates: on the 20th of a month, or the next trading day. */
export function loanRateRows(from: TradeDate, to: TradeDate): ReferenceRow[] {
  const rows: ReferenceRow[] = [];
  for (let year = yearOf(later(from, FIRST_FIXING)); year <= yearOf(to); year++) {
    for (let month = 1; month <= 12; month++) {
      const due = `${year}-${String(month).padStart(2, '0')}-20`;
      if (due < FIRST_FIXING || due > CALENDAR_LAST) continue;
      const date = isTradingDay(due) ? due : nextTradingDay(due);
      const rate = RATES.findLast(([since = '']) => since <= date);
      if (!rate || date < from || date > to) continue;
      rows.push({ period: date, publishDate: date, lpr1y: Number(rate[1]), lpr5y: Number(rate[2]), source: SOURCE });
    }
  }
  return rows;
}
