import { rm } from 'node:fs/promises';
import { type TradeDate, toTradeDate } from '@quotefleet/domain';
import type { SeriesDefinition, TimeSeriesStore } from '@quotefleet/timeseries';
import { daysSpan } from '../day.ts';
import { forEachOf } from '../for-each-of.ts';
import { readPages } from '../row-source.ts';
import type { StateDirectory } from './state-directory.ts';
import { isDone, readProgress, type SymbolProgress, saveProgress } from './symbol-progress.ts';
import { readUndoRows } from './undo-file.ts';

export interface RollbackOptions {
  target: TimeSeriesStore;
  series: readonly SeriesDefinition[];
  state: StateDirectory;
  signal?: AbortSignal | undefined;
  onProgress?: ((report: RollbackReport) => void) | undefined;
  /** Called for a symbol-day that is left as it is, since others have written to it after the migration. */
  onKept?: ((day: KeptDay) => void) | undefined;
}

export interface KeptDay {
  table: string;
  symbol: string;
  day: TradeDate;
  /** Rows more than the migration can have left. */
  surplus: number;
}

export interface RollbackReport {
  symbols: number;
  /** Symbol-days taken out again. */
  days: number;
  /** Symbol-days left as they are. */
  keptDays: number;
  /** Rows that were there before the migration, and are again. */
  restoredRows: number;
}

const SYMBOLS_AT_A_TIME = 4;
const PAGE_ROWS = 5000;

/**
 * Takes out of the target what a migration wrote: every symbol-day that its state says was written is removed, and the
 * rows that the target had of it before are put back. A day that has got more rows since is left as it is. Interrupted,
 * it goes on by symbol.
 */
export async function rollback(options: RollbackOptions): Promise<RollbackReport> {
  const report: RollbackReport = { symbols: 0, days: 0, keptDays: 0, restoredRows: 0 };
  for (const definition of options.series) {
    await forEachOf(await options.state.progressFiles(definition.name), SYMBOLS_AT_A_TIME, async (path) => {
      options.signal?.throwIfAborted();
      const progress = await readProgress(path);
      if (progress) await rollbackSymbol(options, definition, { path, progress, report });
      report.symbols += 1;
      options.onProgress?.(report);
    });
  }
  return report;
}

interface SymbolState {
  path: string;
  progress: SymbolProgress;
  report: RollbackReport;
}

async function rollbackSymbol(
  options: RollbackOptions,
  definition: SeriesDefinition,
  state: SymbolState,
): Promise<void> {
  const { path, progress, report } = state;
  const { target } = options;
  const { table, symbol, days, undoBytes } = progress;
  const { undo } = options.state.files(table, symbol);
  // Once days are being removed it does not show any more what has been written to them since.
  const keptDays = progress.keptDays ?? (await daysOfOthers(options, definition, progress));
  await saveProgress(path, { ...progress, keptDays });
  const isKept = (day: TradeDate) => keptDays.includes(day);
  const removed = days.filter(({ day }) => !isKept(day));
  for (const { day } of removed) await target.remove(table, { symbol, ...daysSpan(day) });
  for await (const page of readUndoRows(undo, undoBytes, PAGE_ROWS)) {
    const rows = page.filter(({ ts }) => !isKept(toTradeDate(ts)));
    if (rows.length > 0) await target.append(table, rows);
    report.restoredRows += rows.length;
  }
  report.days += removed.length;
  report.keptDays += keptDays.length;
  if (keptDays.length > 0) {
    await saveProgress(path, { table, symbol, days: days.filter(({ day }) => isKept(day)), undoBytes });
    return;
  }
  await rm(path);
  await rm(undo, { force: true });
}

/** Days that hold more rows than the migration and those before it can have left there. */
async function daysOfOthers(
  { target, onKept }: RollbackOptions,
  definition: SeriesDefinition,
  progress: SymbolProgress,
): Promise<TradeDate[]> {
  const { table, symbol } = progress;
  const kept: TradeDate[] = [];
  // Of a day that was cut short it is not known how much of it was written.
  for (const { day, written, before } of progress.days.filter((one) => isDone(progress, one.day))) {
    let rows = 0;
    const query = { symbol, ...daysSpan(day), limit: PAGE_ROWS };
    for await (const page of readPages(target, definition, query)) rows += page.length;
    if (rows <= written + before) continue;
    kept.push(day);
    onKept?.({ table, symbol, day, surplus: rows - written - before });
  }
  return kept;
}
