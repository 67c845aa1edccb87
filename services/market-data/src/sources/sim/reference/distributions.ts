import { CALENDAR_LAST, type CorporateAction, previousTradingDay, type TradeDate } from '@quotefleet/domain';
import type { MarketYears } from '../daily/market-year.ts';
import { stream, uniform } from '../random.ts';
import { STOCKS } from '../universe.ts';
import { addDays, chunks, later, type ReferenceRow, type ReferenceWindow, SOURCE, yearOf } from './reference-rows.ts';
import { announcementDate, endOf, type Period } from './report-calendar.ts';

/** A dividend is proposed this long before its ex-date at most. */
const PROPOSED_DAYS_MAX = 240;
const STOCKS_PER_BATCH = 50;
/** Part of the gifts of shares that come out of reserves. */
const TRANSFER_SHARE = 0.7;

export interface DistributionRows {
  dividends: ReferenceRow[];
  rights: ReferenceRow[];
}

/**
 * What the corporate actions with an ex-date from `from` on make known up to `to`: a dividend as proposed with the
 * period's report and as implemented some days before its ex-date, by the figures that move the price.
 */
export function* distributionRows(window: ReferenceWindow, years: MarketYears): Generator<DistributionRows> {
  const { from, to } = window;
  const lastYear = Math.min(yearOf(addDays(to, PROPOSED_DAYS_MAX)), yearOf(CALENDAR_LAST));
  for (let year = yearOf(from); year <= lastYear; year++) {
    const market = years.of(year);
    for (const stocks of chunks(STOCKS, STOCKS_PER_BATCH)) {
      const actions = stocks.flatMap(({ symbol, since }) =>
        [...market.security(symbol).actions.values()].filter(({ exDate }) => exDate >= later(from, since)),
      );
      yield {
        dividends: actions.flatMap((action) => dividendRows(window, action)),
        rights: actions
          .filter(({ rightsRatio, exDate }) => rightsRatio > 0 && implementedOn(exDate) <= to)
          .map(rightsRow),
      };
    }
  }
}

/** The day on which the ex-date is announced. */
export function implementedOn(exDate: TradeDate): TradeDate {
  let date = exDate;
  for (let i = 0; i < 5; i++) date = previousTradingDay(date);
  return date;
}

function dividendRows({ seed, to }: ReferenceWindow, action: CorporateAction): ReferenceRow[] {
  const { symbol, exDate, cashPerShare, bonusRatio } = action;
  const period = periodOf(exDate);
  const isTransfer = uniform(stream(seed, `dividend ${symbol} ${exDate}`)) < TRANSFER_SHARE;
  const terms = {
    symbol,
    endDate: endOf(period),
    cashPerShare,
    bonusRatio: isTransfer ? 0 : bonusRatio,
    transferRatio: isTransfer ? bonusRatio : 0,
    source: SOURCE,
  };
  const proposed = announcementDate(seed, symbol, period);
  const implemented = implementedOn(exDate);
  const rows: ReferenceRow[] = [];
  if (proposed !== undefined && proposed <= to) rows.push({ ...terms, progress: 'proposed', annDate: proposed });
  if (implemented > to) return rows;
  const recordDate = previousTradingDay(exDate);
  const days = { annDate: implemented, recordDate, exDate, payDate: exDate };
  const row: ReferenceRow = { ...terms, progress: 'implemented', ...days };
  if (bonusRatio > 0) row.listDate = exDate;
  return [...rows, row];
}

function rightsRow({ symbol, exDate, rightsRatio, rightsPrice }: CorporateAction): ReferenceRow {
  const recordDate = previousTradingDay(exDate);
  return { symbol, exDate, annDate: implementedOn(exDate), rightsRatio, rightsPrice, recordDate, source: SOURCE };
}

/**
 * The period it is paid for: the last one whose report is out a month before at the latest, first quarters aside. A
 * stock's ex-dates of a year lie too far apart to share one.
 */
function periodOf(exDate: TradeDate): Period {
  const year = yearOf(exDate);
  const month = Number(exDate.slice(5, 7));
  if (month >= 10) return { year, quarter: 2 };
  return { year: year - 1, quarter: month >= 6 ? 4 : 3 };
}
