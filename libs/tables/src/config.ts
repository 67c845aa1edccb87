import { join } from 'node:path';

/** The registry's directory: QF_TABLES_DIR, else the one that comes with this package. */
export function tablesDirectory(): string {
  return process.env.QF_TABLES_DIR || join(import.meta.dirname, '..', 'registry');
}
