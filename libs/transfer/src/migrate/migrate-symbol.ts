import { type TradeDate, toTradeDate } from '@quotefleet/domain';
import type { SeriesDefinition, SeriesRow, TimeSeriesStore } from '@quotefleet/timeseries';
import { type DayRange, daysSpan, rangeBounds } from '../day.ts';
import { type RowSource, readPages } from '../row-source.ts';
import { TransferError } from '../transfer-error.ts';
import type { StateDirectory } from './state-directory.ts';
import {
  isDone,
  newProgress,
  readProgress,
  type SymbolProgress,
  saveProgress,
  type WrittenDay,
} from './symbol-progress.ts';
import { addUndoRows } from './undo-file.ts';

export interface SymbolMove {
  source: RowSource;
  target: TimeSeriesStore;
  definition: SeriesDefinition;
  days: DayRange;
  /** Rows read and written at a time. */
  batchRows: number;
  state: StateDirectory;
  signal?: AbortSignal | undefined;
  onRows(rows: number): void;
}

/**
 * Moves what is not moved yet of one symbol. Before the first row of a day is written, the day is noted down with the
 * rows that the target has of it: rows are written by key, so a day that was cut short is simply written again.
 * @returns whether the source has any row
 */
export async function migrateSymbol(move: SymbolMove, symbol: string): Promise<boolean> {
  const { source, target, definition, batchRows, state, signal } = move;
  const files = state.files(definition.name, symbol);
  const progress = (await readProgress(files.progress)) ?? newProgress(definition.name, symbol);
  if (progress.keptDays) throw new TransferError(`a rollback of ${definition.name} was begun: finish it first`);
  // Days that were cut short are written again from their start.
  for (const one of progress.days) if (!isDone(progress, one.day)) one.written = 0;
  const query = { symbol, ...openRange(move.days, progress), limit: batchRows };
  let pending: TradeDate | undefined;
  for await (const rows of readPages(source, definition, query)) {
    signal?.throwIfAborted();
    const days = [...new Set(rows.map(({ ts }) => toTradeDate(ts)))];
    await openDays(move, files, progress, days);
    await append(target, definition, symbol, rows);
    countWritten(progress, rows);
    move.onRows(rows.length);
    // The page's last day may go on in the next one.
    const finished = days.length > 1 ? days.at(-2) : days[0] === pending ? undefined : pending;
    if (finished !== undefined) progress.doneThrough = finished;
    pending = days.at(-1);
  }
  if (pending === undefined) return progress.days.length > 0;
  // Today's rows are still coming in: the next run takes the day again.
  if (pending < toTradeDate(Date.now())) progress.doneThrough = pending;
  await saveProgress(files.progress, progress);
  return true;
}

function countWritten({ days }: SymbolProgress, rows: readonly SeriesRow[]): void {
  const byDay = new Map(days.map((one) => [one.day, one]));
  for (const { ts } of rows) (byDay.get(toTradeDate(ts)) as WrittenDay).written += 1;
}

function openRange({ from, to }: DayRange, { doneThrough }: SymbolProgress): { from?: number; to?: number } {
  const bounds = rangeBounds({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
  return doneThrough === undefined ? bounds : { ...bounds, from: daysSpan(doneThrough).to };
}

/** Saves what the target has of days that are to be written now, then notes the days down. */
async function openDays(
  { target, definition, batchRows }: SymbolMove,
  files: { progress: string; undo: string },
  progress: SymbolProgress,
  days: readonly TradeDate[],
): Promise<void> {
  const known = new Set(progress.days.map(({ day }) => day));
  const fresh = days.filter((day) => !known.has(day));
  const [first, last] = [fresh[0], fresh.at(-1)];
  if (first === undefined || last === undefined) return;
  const opened = new Map(fresh.map((day) => [day, { day, written: 0, before: 0 }]));
  let undoBytes = progress.undoBytes;
  const query = { symbol: progress.symbol, ...daysSpan(first, last), limit: batchRows };
  for await (const page of readPages(target, definition, query)) {
    const rows = page.filter(({ ts }) => opened.has(toTradeDate(ts)));
    for (const { ts } of rows) (opened.get(toTradeDate(ts)) as WrittenDay).before += 1;
    if (rows.length > 0) undoBytes = await addUndoRows(files.undo, undoBytes, rows);
  }
  progress.undoBytes = undoBytes;
  progress.days.push(...opened.values());
  await saveProgress(files.progress, progress);
}

async function append(
  target: TimeSeriesStore,
  definition: SeriesDefinition,
  symbol: string,
  rows: readonly SeriesRow[],
): Promise<void> {
  try {
    await target.append(definition.name, rows);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TransferError(`${symbol} cannot be moved: ${error.message}`, { cause: error });
  }
}
