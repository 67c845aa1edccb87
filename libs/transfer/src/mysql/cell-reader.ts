import type { TableColumn } from '@quotefleet/tables';
import type { ColumnValue } from '@quotefleet/timeseries';

/** A value as the driver gives it; undefined stays so. */
export type CellReader = (value: unknown) => ColumnValue;

/** How a cell becomes a value of the column. The reader throws an Error saying what was expected. */
export function cellReader({ type }: TableColumn, sqlType: string, factor: number): CellReader {
  const read = readerOf(type, factor);
  const single = sqlType === 'float';
  return (value) =>
    value === null || value === undefined ? undefined : read(single ? shortest(Number(value)) : value);
}

function readerOf(type: TableColumn['type'], factor: number): (value: unknown) => ColumnValue {
  switch (type) {
    case 'double':
      return (value) => scaled(value, factor);
    case 'bigint':
      return (value) => toInteger(scaled(value, factor), value);
    case 'boolean':
      return toBoolean;
    default:
      return (value) => (Buffer.isBuffer(value) ? value.toString('utf8') : String(value));
  }
}

/** Decimals times a power of ten: what binary fractions add behind the 15th digit is cut off again. */
function scaled(value: unknown, factor: number): number {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(number)) throw new Error(`expected a number, was '${String(value)}'`);
  return factor === 1 ? number : Number((number * factor).toPrecision(15));
}

function toInteger(number: number, value: unknown): number {
  if (!Number.isSafeInteger(number)) throw new Error(`expected a whole number, was '${String(value)}'`);
  return number;
}

function toBoolean(value: unknown): boolean {
  const flag = Buffer.isBuffer(value) ? value.at(-1) : value;
  if (flag === 1 || flag === '1' || flag === true || flag === 'true') return true;
  if (flag === 0 || flag === '0' || flag === false || flag === 'false') return false;
  throw new Error(`expected 0 or 1, was '${String(value)}'`);
}

/** A FLOAT of 1680.12 comes as 1680.1199951171875: the shortest number that is the same FLOAT is what was put in. */
function shortest(number: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(number.toPrecision(digits));
    if (Math.fround(short) === number) return short;
  }
  return number;
}
