import { join } from 'node:path';
import { TransferError } from '../transfer-error.ts';
import type { ExportOptions, ExportProgress } from './export-options.ts';
import { exportPlainTable } from './export-plain-table.ts';
import { exportSeries } from './export-series.ts';
import { type ExportedFile, writeManifest } from './manifest.ts';
import { readyTable } from './ready-table.ts';

export interface ExportReport extends ExportProgress {
  /** The table's folder, with `_manifest.json`: rows and checksum of each file. */
  dir: string;
  bytes: number;
}

/**
 * Writes a table to files: of one with partitions a file per partition and symbol
 * (`bars_1m/month=2026-01/part-600519.SH.parquet`), of another one file (`instruments/part-0.parquet`). A file is there
 * whole or not at all; the same export again replaces the same files. Rows pass through, a page at a time.
 * @throws TransferError when the table cannot be had that way
 */
export async function exportTable({ onProgress, ...options }: ExportOptions): Promise<ExportReport> {
  const { registry } = options.data;
  const table = registry.find(options.table);
  if (!table) {
    const known = registry.all.map(({ name }) => name).join(', ');
    throw new TransferError(`expected a table out of ${known}, was '${options.table}'`);
  }
  await readyTable(options.data, table);
  const dir = join(options.out, table.name);
  const files: ExportedFile[] = [];
  let rows = 0;
  const parts = {
    ...options,
    table,
    dir,
    onRows(count: number) {
      rows += count;
      onProgress?.({ files: files.length, rows });
    },
    onFile(file: ExportedFile) {
      files.push(file);
      onProgress?.({ files: files.length, rows });
    },
  };
  await (table.partition === undefined ? exportPlainTable(parts) : exportSeries(parts));
  await writeManifest(dir, table, files);
  return { dir, files: files.length, rows, bytes: files.reduce((total, { bytes }) => total + bytes, 0) };
}
