import type { DataManager } from '@quotefleet/data';
import type { TableDefinition } from '@quotefleet/tables';
import type { DayRange } from '../day.ts';
import type { ExportedFile } from './manifest.ts';
import type { ExportFormat } from './write-part.ts';

export interface ExportOptions {
  data: DataManager;
  /** A table of the registry. */
  table: string;
  /** Gets a folder of the table's name. */
  out: string;
  format: ExportFormat;
  /** All where absent. */
  symbols?: readonly string[] | undefined;
  /** Of a table of symbol and time. */
  days?: DayRange | undefined;
  signal?: AbortSignal | undefined;
  /** Called as rows are written. */
  onProgress?: ((progress: ExportProgress) => void) | undefined;
  /** Called for a symbol that was asked for and has no rows. */
  onEmpty?: ((symbol: string) => void) | undefined;
}

export interface ExportProgress {
  files: number;
  rows: number;
}

/** What the two kinds of tables need of an export. */
export interface PartsOptions
  extends Pick<ExportOptions, 'data' | 'format' | 'symbols' | 'days' | 'signal' | 'onEmpty'> {
  table: TableDefinition;
  /** The table's folder. */
  dir: string;
  onRows(rows: number): void;
  onFile(file: ExportedFile): void;
}

export const PAGE_ROWS = 5000;
