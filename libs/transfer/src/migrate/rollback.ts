import { rm } from 'node:fs/promises';
import { shanghaiMs, type TradeDate } from '@quotefleet/domain';
import type { SeriesDefinition, TimeSeriesStore } from '@quotefleet/timeseries';
import { DAY_MS } from '../day.ts';
import { forEachOf } from '../for-each-of.ts';
import type { StateDirectory } from './state-directory.ts';
import { readProgress, saveProgress } from './symbol-progress.ts';
import { readUndoRows } from './undo-file.ts';

export interface RollbackOptions {
  target: TimeSeriesStore;
  series: readonly SeriesDefinition[];
  state: StateDirectory;
  signal?: AbortSignal | undefined;
  onProgress?: ((report: RollbackReport) => void) | undefined;
}

export interface RollbackReport {
  symbols: number;
  /** Symbol-days taken out again. */
  days: number;
  /** Rows that were there before the migration, and are again. */
  restoredRows: number;
}

const SYMBOLS_AT_A_TIME = 4;
const PAGE_ROWS = 5000;

/**
 * Takes out of the target what a migration wrote: every symbol-day that its state says was written is removed, and the
 * rows that the target had of it before are put back. Interrupted, it is done again from the start of the symbol.
 */
export async function rollback({
  target,
  series,
  state,
  signal,
  onProgress,
}: RollbackOptions): Promise<RollbackReport> {
  const report: RollbackReport = { symbols: 0, days: 0, restoredRows: 0 };
  for (const { name } of series) {
    await forEachOf(await state.progressFiles(name), SYMBOLS_AT_A_TIME, async (path) => {
      signal?.throwIfAborted();
      const { days, restoredRows } = await rollbackSymbol(target, state, path);
      report.symbols += 1;
      report.days += days;
      report.restoredRows += restoredRows;
      onProgress?.(report);
    });
  }
  return report;
}

async function rollbackSymbol(target: TimeSeriesStore, state: StateDirectory, path: string) {
  const progress = await readProgress(path);
  if (!progress) return { days: 0, restoredRows: 0 };
  const { table, symbol, days, undoBytes } = progress;
  const { undo } = state.files(table, symbol);
  await saveProgress(path, { ...progress, rollingBack: true });
  for (const span of spansOf(days)) await target.remove(table, { symbol, ...span });
  let restoredRows = 0;
  for await (const rows of readUndoRows(undo, undoBytes, PAGE_ROWS)) {
    await target.append(table, rows);
    restoredRows += rows.length;
  }
  await rm(path);
  await rm(undo, { force: true });
  return { days: days.length, restoredRows };
}

/** Days that follow each other are one span. */
function spansOf(days: readonly TradeDate[]): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = [];
  for (const from of days.map((day) => shanghaiMs(day))) {
    const last = spans.at(-1);
    if (last?.to === from) last.to = from + DAY_MS;
    else spans.push({ from, to: from + DAY_MS });
  }
  return spans;
}
