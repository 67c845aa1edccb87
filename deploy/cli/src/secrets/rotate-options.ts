import type { CommonOptions } from '../config.ts';

export interface RotateOptions extends CommonOptions {
  /** Also the sealed columns. */
  database?: boolean;
  databaseUrl?: string;
}
