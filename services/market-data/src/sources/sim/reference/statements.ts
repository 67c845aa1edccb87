import type { TradeDate } from '@quotefleet/domain';
import type { Books, Statements } from './books.ts';
import { type ReferenceRow, type ReferenceWindow, rounded, SOURCE } from './reference-rows.ts';
import { announcementDate, endOf, type Period, periodsAnnouncedIn } from './report-calendar.ts';
import type { ShareCapital } from './share-capital.ts';
import { shareholderRows } from './shareholders.ts';

export interface ReportRows {
  balance_sheets: ReferenceRow[];
  income_statements: ReferenceRow[];
  cash_flows: ReferenceRow[];
  financial_summaries: ReferenceRow[];
  shareholders: ReferenceRow[];
}

interface Report {
  period: Period;
  annDate: TradeDate;
  /** The day of the period's first announcement. */
  fAnnDate: TradeDate;
  updateFlag: '0' | '1';
  statements: Statements;
}

/** What one company reports in a range of dates. */
export function reportRows({ seed, from, to }: ReferenceWindow, books: Books, capital: ShareCapital): ReportRows {
  const { security } = books.company;
  const rows: ReportRows = {
    balance_sheets: [],
    income_statements: [],
    cash_flows: [],
    financial_summaries: [],
    shareholders: [],
  };
  for (const report of periodsAnnouncedIn(from, to).flatMap((period) => reportsOf(seed, books, period))) {
    const { period, annDate, fAnnDate, updateFlag, statements } = report;
    if (annDate < from || annDate > to || annDate < security.since) continue;
    const endDate = endOf(period);
    const totalShares = capital.sharesOn(security.symbol, endDate);
    const head = {
      symbol: security.symbol,
      endDate,
      reportType: '1',
      annDate,
      fAnnDate,
      compType: books.company.shape.compType,
      endType: String(period.quarter),
      updateFlag,
      source: SOURCE,
    };
    const basicEps = rounded((statements.income.nIncomeAttrP ?? 0) / totalShares, 4);
    rows.balance_sheets.push({ ...head, ...statements.balance });
    rows.income_statements.push({ ...head, ...statements.income, basicEps, dilutedEps: basicEps });
    rows.cash_flows.push({ ...head, ...statements.cash });
    rows.financial_summaries.push(summaryRow(books, report, totalShares));
    const isAnnual = period.quarter === 4 && updateFlag === '0';
    if (isAnnual) rows.shareholders.push(...shareholderRows(seed, security, { endDate, annDate, totalShares }));
  }
  return rows;
}

/** The report of a period, and the same told again with the next half-year's where it was wrong. */
function reportsOf(seed: number, books: Books, period: Period): Report[] {
  const { symbol } = books.company.security;
  const first = announcementDate(seed, symbol, period);
  if (first === undefined) return [];
  const common = { period, fAnnDate: first };
  const reports: Report[] = [{ ...common, annDate: first, updateFlag: '0', statements: books.statements(period) }];
  const restated = books.restated(period);
  const again = restated && announcementDate(seed, symbol, { year: period.year + 1, quarter: 2 });
  if (restated && again) reports.push({ ...common, annDate: again, updateFlag: '1', statements: restated });
  return reports;
}

/** Ratios of the year so far; growth is against the same time of the year before as it is known now. */
function summaryRow(books: Books, { period, annDate, statements }: Report, totalShares: number): ReferenceRow {
  const { balance, income, cash } = statements;
  const { year, quarter } = period;
  const earlier = { year: year - 1, quarter };
  const before = (books.restated(earlier) ?? books.statements(earlier)).income;
  const begin = books.statements({ year: year - 1, quarter: 4 }).balance;
  const { revenue = 0, operCost, nIncomeAttrP = 0 } = income;
  const { totalHldrEqyExcMinInt: equity = 0, totalLiab = 0, totalAssets = 1 } = balance;
  const percent = (value: number, of: number) => rounded((100 * value) / of, 4);
  const growth = (now: number, then = 0) => percent(now - then, Math.abs(then));
  return {
    symbol: books.company.security.symbol,
    endDate: endOf(period),
    annDate,
    revenue,
    revenueYoy: growth(revenue, before.revenue),
    netProfit: nIncomeAttrP,
    netProfitYoy: growth(nIncomeAttrP, before.nIncomeAttrP),
    eps: rounded(nIncomeAttrP / totalShares, 4),
    bps: rounded(equity / totalShares, 4),
    roe: percent(nIncomeAttrP, (equity + (begin.totalHldrEqyExcMinInt ?? equity)) / 2),
    ...(operCost === undefined ? {} : { grossMargin: percent(revenue - operCost, revenue) }),
    debtRatio: percent(totalLiab, totalAssets),
    operatingCashFlow: cash.nCashflowAct ?? 0,
    source: SOURCE,
  };
}
