import type { Period } from '@quotefleet/domain';

/** One record of a file: its line (row number in Parquet) and its cells by column name. */
export interface FileRow {
  line: number;
  cells: Readonly<Record<string, unknown>>;
}

/** A row of a file, or why a line of it is none. */
export type RowOrFault = FileRow | { line: number; fault: string };

/** What a vendor's row says, in our units: shares and yuan. */
export interface VendorBar {
  /** As written in the row, where it is. */
  symbol: string | undefined;
  /** `YYYY-MM-DD` or `YYYYMMDD`, with a time for minute bars. */
  time: string;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  amount: number;
}

export type BarPeriod = Period;

/** Maps the rows of one vendor. */
export interface BarVendor {
  name: string;
  /** Columns without which a file is not of this vendor; the header is checked once. */
  requiredColumns(period: BarPeriod): readonly string[];
  /** @throws RowError naming the cell at fault */
  parse(row: FileRow, period: BarPeriod): VendorBar;
}

/** A row cannot be taken; the message names the cell and what it held. */
export class RowError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RowError';
  }
}
