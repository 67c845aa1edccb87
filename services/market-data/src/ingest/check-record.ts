import { type FieldError, instrumentSchema } from '@quotefleet/contracts';
import type { DataRow } from '@quotefleet/data';
import { type Bar, checkBars } from '@quotefleet/domain';
import { AppError, wordIssue } from '@quotefleet/service-kit';
import { rowSchema, type TableDefinition } from '@quotefleet/tables';
import { z } from 'zod';
import { canonicalSymbol } from '../instruments/instrument-directory.ts';
import { periodOfTable, TRADES } from '../series/series.ts';
import { storedTradeSchema } from '../trades/trade.ts';
import { sessionFault, valueFault } from './check-values.ts';
import { timeReader } from './read-times.ts';

const DEFAULTS: Readonly<DataRow> = { source: 'api', final: true };
/** Their symbols are the exchange's own. */
const CONTRACTS = 'contracts';
const INSTRUMENTS = 'instruments';
const instrument = instrumentSchema.extend({ listDate: z.iso.date('expected a date YYYY-MM-DD').optional() });

/** A record that fits its table, its symbols in canonical form; or what is wrong with it. */
export type CheckedRecord = { row: DataRow } | { fault: FieldError };

/** Makes a check of records of one table: shape by the registry, then what cannot be true of such data. */
export function recordCheck(table: TableDefinition): (record: unknown) => CheckedRecord {
  const schema = rowSchema(table);
  const names = new Set(table.columns.map(({ name }) => name));
  const defaults = Object.fromEntries(Object.entries(DEFAULTS).filter(([name]) => names.has(name)));
  const readTimes = timeReader(table);
  return (record) => {
    const read = readTimes(record);
    const parsed = schema.safeParse(typeof read === 'object' && read !== null ? { ...defaults, ...read } : read);
    if (!parsed.success) return { fault: faultOf(parsed.error) };
    const row = parsed.data as DataRow;
    const fault = symbolFault(table, row) ?? valueFault(row) ?? tableFault(table, row);
    return fault ? { fault } : { row };
  };
}

/** The first thing that is wrong, by the name of its field. */
export function faultOf(error: z.ZodError): FieldError {
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys') return { field: issue.keys[0] ?? 'record', message: 'unknown field' };
  return { field: issue?.path.join('.') || 'record', message: issue ? wordIssue(issue) : 'malformed' };
}

/** Makes a row's symbols canonical, or tells which is none. */
function symbolFault(table: TableDefinition, row: DataRow): FieldError | undefined {
  if (table.name === CONTRACTS) return undefined;
  for (const field of ['symbol', 'indexSymbol']) {
    const given = row[field];
    if (typeof given !== 'string') continue;
    try {
      row[field] = canonicalSymbol(given, field === 'indexSymbol' || table.name === 'index_quotes' ? 'index' : 'stock');
    } catch (error) {
      if (error instanceof AppError) return { field, message: error.message };
      throw error;
    }
  }
  return undefined;
}

function tableFault(table: TableDefinition, row: DataRow): FieldError | undefined {
  if (table.name === INSTRUMENTS) {
    const parsed = instrument.safeParse(row);
    return parsed.success ? undefined : faultOf(parsed.error);
  }
  const period = periodOfTable(table.name);
  if (period) {
    const finding = checkBars([{ ...row, period } as unknown as Bar]).find(({ severity }) => severity === 'error');
    return finding && { field: finding.field, message: finding.message };
  }
  if (table.name === TRADES) {
    const parsed = storedTradeSchema.safeParse(row);
    if (!parsed.success) return faultOf(parsed.error);
  }
  const { symbol, ts } = row;
  return typeof symbol === 'string' && typeof ts === 'number' ? sessionFault(symbol, ts) : undefined;
}
