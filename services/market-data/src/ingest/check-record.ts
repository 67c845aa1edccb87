import type { FieldError } from '@quotefleet/contracts';
import type { DataRow } from '@quotefleet/data';
import { type Bar, checkBars } from '@quotefleet/domain';
import { AppError } from '@quotefleet/service-kit';
import { rowSchema, type TableDefinition } from '@quotefleet/tables';
import { canonicalSymbol } from '../instruments/instrument-directory.ts';
import { periodOfTable } from '../series/series.ts';

/** Columns that name instruments. */
const SYMBOL_COLUMNS = ['symbol', 'indexSymbol'];
const DEFAULTS: Readonly<Record<string, DataRow[string]>> = { source: 'api', final: true };

/** A record that fits its table, its symbols in canonical form; or what is wrong with it. */
export type CheckedRecord = { row: DataRow } | { fault: FieldError };

/** Makes a check of records of one table: shape by the registry, then what cannot be true of such data. */
export function recordCheck(table: TableDefinition): (record: unknown) => CheckedRecord {
  const schema = rowSchema(table);
  const defaults = Object.fromEntries(
    Object.entries(DEFAULTS).filter(([name]) => table.columns.some((column) => column.name === name)),
  );
  const period = periodOfTable(table.name);
  return (record) => {
    const given = typeof record === 'object' && record !== null ? { ...defaults, ...record } : record;
    const parsed = schema.safeParse(given);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const field = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.');
      const message = issue?.code === 'unrecognized_keys' ? 'unknown field' : issue?.message;
      return { fault: { field: field || 'record', message: message ?? 'malformed' } };
    }
    const row = parsed.data as DataRow;
    try {
      for (const name of SYMBOL_COLUMNS) if (typeof row[name] === 'string') row[name] = canonicalSymbol(row[name]);
    } catch (error) {
      if (error instanceof AppError) return { fault: { field: 'symbol', message: error.message } };
      throw error;
    }
    const fault = period && barFault({ ...row, period } as unknown as Bar);
    return fault ? { fault } : { row };
  };
}

function barFault(bar: Bar): FieldError | undefined {
  const finding = checkBars([bar]).find(({ severity }) => severity === 'error');
  return finding && { field: finding.field, message: finding.message };
}
