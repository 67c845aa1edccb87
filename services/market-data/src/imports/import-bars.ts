import { type ImportReport, marketApi } from '@quotefleet/contracts';
import type { Bar } from '@quotefleet/domain';
import { AppError } from '@quotefleet/service-kit';
import type { TimeSeriesStore } from '@quotefleet/timeseries';
import type { InstrumentDirectory } from '../instruments/instrument-directory.ts';
import type { QuarantinedRow, QuarantineStore } from '../quarantine/quarantine-store.ts';
import { barToRow } from '../series/rows.ts';
import { barTable } from '../series/series.ts';
import { fileRows } from './file-rows.ts';
import { symbolOfFile } from './symbol-of-file.ts';
import { toBar } from './to-bar.ts';
import { type BarPeriod, type BarVendor, type FileRow, RowError, type RowOrFault } from './vendors/index.ts';

/** Bars written at once. */
const BATCH_BARS = 5000;

export interface ImportBarsRequest {
  /** The file's name, for the report and for its symbol. */
  file: string;
  content: AsyncIterable<Buffer>;
  vendor: BarVendor;
  period: BarPeriod;
  /** Canonical; before what the file's name says. */
  symbol: string | undefined;
}

interface ImportBarsOptions {
  directory: InstrumentDirectory;
  series: TimeSeriesStore;
  quarantine: QuarantineStore;
  /** Told once bars of these symbols have been stored. */
  changed: (symbols: ReadonlySet<string>) => Promise<void>;
}

/**
 * Loads a file of bars. Each row stands alone: what cannot be taken goes to quarantine with its line and reason, the
 * rest is stored; loading the same file again changes nothing.
 * @throws AppError where the file as a whole cannot be read
 */
export async function importBars(options: ImportBarsOptions, request: ImportBarsRequest): Promise<ImportReport> {
  const { vendor, period, file } = request;
  const context = { vendor, period, fileSymbol: request.symbol ?? symbolOfFile(file), seen: new Map<string, number>() };
  const report: ImportReport = { file, rows: 0, accepted: 0, amended: 0, unchanged: 0, quarantined: 0, quarantine: [] };
  const symbols = new Set<string>();
  let bars: Bar[] = [];
  let refused: QuarantinedRow[] = [];

  const flush = async () => {
    await storeBars(options, { bars, period, source: vendor.name, report });
    if (refused.length > 0) await options.quarantine.add(refused);
    bars = [];
    refused = [];
  };
  for await (const row of checkedRows(request)) {
    report.rows += 1;
    const bar = rowToBarOrReason(row, context);
    if (typeof bar === 'string') {
      report.quarantined += 1;
      if (report.quarantine.length < marketApi.QUARANTINE_REPORT_MAX)
        report.quarantine.push({ line: row.line, reason: bar });
      refused.push({
        table: barTable(period),
        source: vendor.name,
        file,
        line: row.line,
        reason: bar,
        row: 'cells' in row ? JSON.stringify(row.cells) : '',
      });
    } else {
      bars.push(bar);
      symbols.add(bar.symbol);
    }
    if (bars.length + refused.length >= BATCH_BARS) await flush();
  }
  await flush();
  if (report.accepted + report.amended > 0) await options.changed(symbols);
  return report;
}

/** The file's rows, after its columns have been found to be the vendor's. */
async function* checkedRows({ content, vendor, period }: ImportBarsRequest): AsyncGenerator<RowOrFault> {
  let checked = false;
  for await (const row of fileRows(content)) {
    if (!checked && 'cells' in row) {
      const missing = vendor.requiredColumns(period).filter((column) => !(column in row.cells));
      if (missing.length > 0) {
        throw new AppError(
          'INVALID_ARGUMENT',
          `expected the ${vendor.name} columns of ${period} bars, lacks ${missing.join(', ')}`,
          {
            errors: [{ field: 'format', message: `lacks ${missing.join(', ')}` }],
          },
        );
      }
      checked = true;
    }
    yield row;
  }
}

interface RowContext {
  vendor: BarVendor;
  period: BarPeriod;
  fileSymbol: string | undefined;
  /** Line of each key met so far. */
  seen: Map<string, number>;
}

function rowToBarOrReason(row: RowOrFault, context: RowContext): Bar | string {
  if ('fault' in row) return row.fault;
  try {
    const bar = toBar(context.vendor.parse(row as FileRow, context.period), context);
    const key = `${bar.symbol} ${bar.ts}`;
    const before = context.seen.get(key);
    if (before !== undefined) return `repeats the bar of line ${before}`;
    context.seen.set(key, row.line);
    return bar;
  } catch (error) {
    if (error instanceof RowError) return error.message;
    throw error;
  }
}

interface StoreBarsRequest {
  bars: readonly Bar[];
  period: BarPeriod;
  source: string;
  report: ImportReport;
}

async function storeBars(
  { directory, series }: ImportBarsOptions,
  { bars, period, source, report }: StoreBarsRequest,
): Promise<void> {
  if (bars.length === 0) return;
  await directory.ensure(bars.map((bar) => bar.symbol));
  const { inserted, amended, unchanged } = await series.write(
    barTable(period),
    bars.map((bar) => barToRow(bar, source)),
  );
  report.accepted += inserted;
  report.amended += amended;
  report.unchanged += unchanged;
}
