import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { TradeDate } from '@quotefleet/domain';
import { z } from 'zod';
import { replaceFile } from '../files/replace-file.ts';
import { TransferError } from '../transfer-error.ts';

const daySchema = z.object({
  day: z.string(),
  /** Rows written, in all of the day once it is done. */
  written: z.int(),
  /** Rows that the target had of it before. */
  before: z.int(),
});

const progressSchema = z.object({
  table: z.string(),
  symbol: z.string(),
  /** Every day up to this one is in the target. */
  doneThrough: z.string().optional(),
  /** Days of which rows may be in the target, ascending: what a rollback removes. */
  days: z.array(daySchema),
  /** How much of the undo file counts: the target's own rows of `days`, as they were before. */
  undoBytes: z.int(),
  /** A rollback has begun, and not come to its end: the days that it leaves as they are. */
  keptDays: z.array(z.string()).optional(),
});

export type WrittenDay = z.infer<typeof daySchema>;
/** How far the migration of one symbol of a table is. */
export type SymbolProgress = z.infer<typeof progressSchema>;

export function newProgress(table: string, symbol: string): SymbolProgress {
  return { table, symbol, days: [], undoBytes: 0 };
}

/** Whether all of a day is in the target. */
export function isDone({ doneThrough }: SymbolProgress, day: TradeDate): boolean {
  return doneThrough !== undefined && day <= doneThrough;
}

/** @throws TransferError when the file is no progress */
export async function readProgress(path: string): Promise<SymbolProgress | undefined> {
  if (!existsSync(path)) return undefined;
  try {
    return progressSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new TransferError(`expected the progress of a migration in ${path}, found something else`, { cause });
  }
}

export async function saveProgress(path: string, progress: SymbolProgress): Promise<void> {
  await replaceFile(path, [JSON.stringify(progress)]);
}
