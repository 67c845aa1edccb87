import { type CommonOptions, requireTarget } from '../config.ts';
import { closeReport, exitCodeOf, type FileOutcome, reportLines } from '../import/closing-report.ts';
import { findFiles, type ImportFile } from '../import/find-files.ts';
import { createProgress, type Progress, silentProgress } from '../import/progress.ts';
import { type UploadTarget, uploadFile } from '../import/upload.ts';
import { say } from '../output.ts';

export interface ImportOptions extends CommonOptions {
  format: string;
  kind: string;
  period: string;
  symbol?: string;
  concurrency: number;
  json?: boolean;
}

/** Loads every file under a path and prints a closing report; gives the exit code. */
export async function importBars(
  path: string,
  options: ImportOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const files = findFiles(path);
  const { format, period, symbol } = options;
  const target = { ...requireTarget(options, env), format, period, symbol };
  const bytes = files.reduce((total, file) => total + file.bytes, 0);
  const progress = options.json ? silentProgress : createProgress({ files: files.length, bytes });
  const started = performance.now();
  const outcomes = await loadAll(files, target, options.concurrency, progress);
  progress.stop();
  const report = closeReport(outcomes, performance.now() - started);
  if (options.json) say(JSON.stringify(report));
  else for (const line of reportLines(report)) say(line);
  return exitCodeOf(report);
}

async function loadAll(
  files: readonly ImportFile[],
  target: UploadTarget,
  concurrency: number,
  progress: Progress,
): Promise<FileOutcome[]> {
  const waiting = [...files];
  const outcomes: FileOutcome[] = [];
  const worker = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      outcomes.push(await loadFile(file, target, progress));
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, files.length) }, worker));
  return outcomes.sort((a, b) => a.file.localeCompare(b.file));
}

async function loadFile(file: ImportFile, target: UploadTarget, progress: Progress): Promise<FileOutcome> {
  try {
    const report = await uploadFile(file, target, (bytes) => progress.addBytes(bytes));
    progress.fileDone(file.name, report.rows);
    return { file: file.path, report };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    progress.fileFailed(file.name, reason);
    return { file: file.path, error: reason };
  }
}
