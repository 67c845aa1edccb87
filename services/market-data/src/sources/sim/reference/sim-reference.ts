import { createMarketYears } from '../daily/market-year.ts';
import { STOCKS } from '../universe.ts';
import { createBooks } from './books.ts';
import { conceptMemberRows, conceptRows } from './concepts.ts';
import { constituentRows } from './constituents.ts';
import { contractRows } from './contracts.ts';
import { distributionRows } from './distributions.ts';
import { industryMemberRows, industryRows } from './industries.ts';
import { macroRows } from './macro.ts';
import { addDays, chunks, type ReferenceRow, type ReferenceWindow } from './reference-rows.ts';
import { createShareCapital } from './share-capital.ts';
import { type ReportRows, reportRows } from './statements.ts';

export interface ReferenceBatch {
  /** A table of the registry. */
  table: string;
  /** Not empty; a table's rows may come in several batches. */
  rows: ReferenceRow[];
}

/** Reports and figures this much older than `from` belong to it: what a reader knew on that day, with a year before. */
const KNOWN_BEFORE_DAYS = 370;
const COMPANIES_PER_BATCH = 40;

/**
 * The reference data of the simulated exchange for the dates from `from` to `to`, as known on `to`: nothing announced
 * later, no membership that begins later. A later `to` adds rows and closes memberships (the same keys with an
 * `outDate`, and new weights); it takes nothing back. Batches are small, so that a caller can let others run between.
 * @throws {RangeError} when `from` lies after `to`; {CalendarRangeError} for dates whose sessions are not known.
 */
export function* simReference(window: ReferenceWindow): Generator<ReferenceBatch> {
  if (window.from > window.to) throw new RangeError(`expected a first date up to ${window.to}, was ${window.from}`);
  for (const batch of batches(window)) {
    if (batch.rows.length > 0) yield batch;
  }
}

function* batches(window: ReferenceWindow): Generator<ReferenceBatch> {
  const { seed, from, to } = window;
  const known = { seed, from: addDays(from, -KNOWN_BEFORE_DAYS), to };
  const years = createMarketYears(seed);
  yield { table: 'industries', rows: industryRows() };
  yield { table: 'industry_members', rows: industryMemberRows(to) };
  yield { table: 'concepts', rows: conceptRows(to) };
  yield { table: 'concept_members', rows: conceptMemberRows(window) };
  yield { table: 'contracts', rows: contractRows(window) };
  for (const { dividends, rights } of distributionRows(window, years)) {
    yield { table: 'dividends', rows: dividends };
    yield { table: 'rights', rows: rights };
  }
  yield { table: 'index_constituents', rows: constituentRows(years, to) };
  const capital = createShareCapital(seed, to);
  yield { table: 'share_capital', rows: capital.rows() };
  for (const stocks of chunks(STOCKS, COMPANIES_PER_BATCH)) {
    const reports = stocks.map((stock) => reportRows(known, createBooks(seed, stock, capital), capital));
    for (const table of REPORT_TABLES) yield { table, rows: reports.flatMap((report) => report[table]) };
  }
  for (const [table, rows] of macroRows(known)) yield { table, rows };
}

const REPORT_TABLES: readonly (keyof ReportRows)[] = [
  'balance_sheets',
  'income_statements',
  'cash_flows',
  'financial_summaries',
  'shareholders',
];
