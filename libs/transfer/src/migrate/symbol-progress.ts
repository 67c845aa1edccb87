import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { replaceFile } from '../files/replace-file.ts';
import { TransferError } from '../transfer-error.ts';

const progressSchema = z.object({
  table: z.string(),
  symbol: z.string(),
  /** Every day up to this one is in the target. */
  doneThrough: z.string().optional(),
  /** Days of which rows may be in the target, ascending: what a rollback removes. */
  days: z.array(z.string()),
  rows: z.int(),
  /** How much of the undo file counts: the target's own rows of `days`, as they were before. */
  undoBytes: z.int(),
  /** A rollback has begun, and not come to its end. */
  rollingBack: z.boolean().optional(),
});

/** How far the migration of one symbol of a table is. */
export type SymbolProgress = z.infer<typeof progressSchema>;

export function newProgress(table: string, symbol: string): SymbolProgress {
  return { table, symbol, days: [], rows: 0, undoBytes: 0 };
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
