import { SingleBar } from 'cli-progress';
import { complain } from '../output.ts';

/** Shows how far an import is. */
export interface Progress {
  addBytes(bytes: number): void;
  fileDone(name: string, rows: number): void;
  fileFailed(name: string, reason: string): void;
  stop(): void;
}

interface Totals {
  files: number;
  bytes: number;
}

/** A bar on a terminal, a line per file elsewhere; on stderr, so that stdout holds the report alone. */
export function createProgress(totals: Totals): Progress {
  return process.stderr.isTTY ? barProgress(totals) : lineProgress(totals);
}

export const silentProgress: Progress = {
  addBytes: () => undefined,
  fileDone: () => undefined,
  fileFailed: () => undefined,
  stop: () => undefined,
};

function barProgress({ files, bytes }: Totals): Progress {
  const started = performance.now();
  let done = 0;
  let rows = 0;
  const bar = new SingleBar({
    format: ' {bar} {percentage} % | {done} of {files} files | {rows} rows | {rate} rows/s',
    barsize: 30,
    hideCursor: true,
    stream: process.stderr,
  });
  const payload = () => ({ done, files, rows: rows.toLocaleString('en'), rate: rowsPerSecond(rows, started) });
  bar.start(bytes, 0, payload());
  return {
    addBytes: (count) => bar.increment(count, payload()),
    fileDone: (_name, count) => {
      done += 1;
      rows += count;
      bar.update(payload());
    },
    fileFailed: () => {
      done += 1;
      bar.update(payload());
    },
    stop: () => bar.stop(),
  };
}

function lineProgress({ files }: Totals): Progress {
  const started = performance.now();
  let done = 0;
  let rows = 0;
  return {
    addBytes: () => undefined,
    fileDone: (name, count) => {
      done += 1;
      rows += count;
      complain(`${done} of ${files}: ${name}, ${count} rows (${rowsPerSecond(rows, started)} rows/s)`);
    },
    fileFailed: (name, reason) => {
      done += 1;
      complain(`${done} of ${files}: ${name} failed: ${reason}`);
    },
    stop: () => undefined,
  };
}

function rowsPerSecond(rows: number, startedMs: number): string {
  const seconds = Math.max((performance.now() - startedMs) / 1000, 0.001);
  return Math.round(rows / seconds).toLocaleString('en');
}
