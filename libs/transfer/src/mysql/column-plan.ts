import type { TableColumn, TableDefinition } from '@quotefleet/tables';
import type { ColumnValue } from '@quotefleet/timeseries';
import { TransferError } from '../transfer-error.ts';
import { cellReader } from './cell-reader.ts';
import type { CodeForm, ColumnMapping, TableMapping } from './mapping.ts';
import { type TimeForm, timeFormOf } from './time-form.ts';

/** How one of our columns is read from a row of theirs. */
export interface ColumnPlan {
  name: string;
  /** Their columns; none where the value is always the same. */
  columns: readonly string[];
  /** Of the columns' cells. @throws Error saying what was expected */
  read(cells: readonly unknown[]): ColumnValue;
  /** Of a time. */
  form?: TimeForm;
  /** Of codes that are not written as ours are. */
  codes?: CodeForm;
}

/** The names that are looked for beside a column's own, where nothing else is said. Their units are ours. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  symbol: ['ts_code'],
  ts: ['trade_time', 'datetime', 'trade_date'],
  seq: ['id'],
};
/** What is so where the source does not say. */
const USUAL_VALUES: Readonly<Record<string, ColumnValue>> = { final: true, source: 'mysql', epoch: 'mysql' };

/** Plans every column of a table, by the mapping where there is one, else by the names that vendors use. */
export function planColumns(
  table: TableDefinition,
  mapping: TableMapping,
  theirs: ReadonlyMap<string, string>,
): ColumnPlan[] {
  const theirTable = mapping.table ?? table.name;
  const missing: string[] = [];
  const plans = table.columns.flatMap((column) => {
    const mapped = mapping.columns[column.name] ?? defaultMapping(column, theirs);
    if (mapped !== undefined) return planColumn(column, mapped, theirs, theirTable);
    if (!column.optional) missing.push(column.name);
    return [];
  });
  if (missing.length > 0)
    throw new TransferError(
      `${table.name}: table ${theirTable} has no columns for ${missing.join(', ')} (it has ${[...theirs.keys()].join(', ')}): name them in a mapping file`,
    );
  return plans;
}

function defaultMapping(column: TableColumn, theirs: ReadonlyMap<string, string>): ColumnMapping | undefined {
  const snake = column.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const names = [snake, column.name, ...(OTHER_NAMES[column.name] ?? [])].map((name) => name.toLowerCase());
  const found = names.find((name) => theirs.has(name));
  if (found !== undefined) return found;
  if (column.length !== undefined) {
    // bid_price_1, bid_price_2 ... for bidPrices
    const levels = Array.from({ length: column.length }, (_, level) => `${snake.replace(/s$/, '')}_${level + 1}`);
    const present = levels.filter((name) => theirs.has(name));
    return present.length > 0 ? present : undefined;
  }
  if (column.name === 'receivedTs') return defaultMapping({ ...column, name: 'ts' }, theirs);
  const value = USUAL_VALUES[column.name];
  return value === undefined ? undefined : { value: value as string | boolean };
}

function planColumn(
  column: TableColumn,
  mapped: ColumnMapping,
  theirs: ReadonlyMap<string, string>,
  theirTable: string,
): ColumnPlan {
  if (typeof mapped === 'string') return planColumn(column, { column: mapped }, theirs, theirTable);
  if (Array.isArray(mapped)) return planColumn(column, { columns: mapped }, theirs, theirTable);
  const { name } = column;
  if ('value' in mapped) return { name, columns: [], read: () => mapped.value };
  const typeOf = (theirColumn: string): string => {
    const type = theirs.get(theirColumn.toLowerCase());
    if (type === undefined)
      throw new TransferError(
        `${name}: expected a column of table ${theirTable} (${[...theirs.keys()].join(', ')}), was '${theirColumn}'`,
      );
    return type;
  };
  const { factor = 1 } = mapped;
  if ('columns' in mapped) {
    const readers = mapped.columns.map((one) => cellReader(column, typeOf(one), factor));
    return {
      name,
      columns: mapped.columns,
      read: (cells) => toList(cells.map((cell, level) => readers[level]?.(cell))),
    };
  }
  const sqlType = typeOf(mapped.column);
  const columns = [mapped.column];
  if (column.type === 'timestamp') {
    const form = timeFormOf(mapped.column, sqlType, mapped.as);
    return { name, columns, form, read: ([cell]) => (cell === null ? undefined : form.toMs(cell)) };
  }
  const read = cellReader(column, sqlType, factor);
  const codes = mapped.as === 'stock' || mapped.as === 'index' ? { codes: mapped.as } : {};
  if (column.length === undefined) return { name, columns, read: ([cell]) => read(cell), ...codes };
  return { name, columns, read: ([cell]) => (cell === null ? undefined : toList(readJsonList(cell).map(read))) };
}

/** Up to the first level that is absent. */
function toList(levels: readonly ColumnValue[]): number[] {
  const end = levels.indexOf(undefined);
  return (end === -1 ? levels : levels.slice(0, end)) as number[];
}

function readJsonList(cell: unknown): unknown[] {
  const value: unknown = typeof cell === 'string' ? JSON.parse(cell) : cell;
  if (!Array.isArray(value)) throw new Error(`expected a JSON list of numbers, was '${String(cell)}'`);
  return value;
}
