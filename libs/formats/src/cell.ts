import type { Cell, Field } from './table.ts';

/** A cell that is there. */
export type Present = NonNullable<Cell>;

const DAY_MS = 86_400_000;
const DATE_FORM = /^\d{4}-\d{2}-\d{2}$/;
/** Years 0001 to 9999 in Shanghai: what ISO 8601 writes with four digits. */
const EARLIEST_MS = Date.parse('0001-01-01T00:00:00+08:00');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999+08:00');

/**
 * Whether a cell is absent.
 * @throws {TypeError} where the field must have one.
 */
export function isAbsent(cell: Cell, field: Field): cell is null | undefined {
  if (cell !== undefined && cell !== null) return false;
  if (!field.nullable) throw misfit(cell, field, field.type);
  return true;
}

export function readText(cell: Present, field: Field): string {
  if (typeof cell !== 'string') throw misfit(cell, field, 'text');
  return cell;
}

export function readInteger(cell: Present, field: Field): number {
  if (!Number.isSafeInteger(cell)) throw misfit(cell, field, 'a safe integer');
  return (cell as number) + 0;
}

/** Adding 0 makes 0 of -0: the formats do not agree on keeping its sign. */
export function readDouble(cell: Present, field: Field): number {
  if (!Number.isFinite(cell)) throw misfit(cell, field, 'a finite number');
  return (cell as number) + 0;
}

export function readBoolean(cell: Present, field: Field): boolean {
  if (typeof cell !== 'boolean') throw misfit(cell, field, 'true or false');
  return cell;
}

/** Days since the epoch. */
export function readDate(cell: Present, field: Field): number {
  const ms = typeof cell === 'string' && DATE_FORM.test(cell) ? Date.parse(cell) : Number.NaN;
  // Date.parse takes 2026-02-30 for a day in March.
  if (Number.isNaN(ms) || new Date(ms).getUTCDate() !== Number((cell as string).slice(8)))
    throw misfit(cell, field, 'a date YYYY-MM-DD');
  return ms / DAY_MS;
}

/** Ms since the epoch. */
export function readTimestamp(cell: Present, field: Field): number {
  const ms = Number.isInteger(cell) ? (cell as number) : Number.NaN;
  if (!(ms >= EARLIEST_MS && ms <= LATEST_MS)) throw misfit(cell, field, 'ms since the epoch, years 0001 to 9999');
  return ms + 0;
}

/** The JSON text of any value. */
export function readJson(cell: Present, field: Field): string {
  const text: string | undefined = JSON.stringify(cell);
  if (text === undefined) throw misfit(cell, field, 'a JSON value');
  return text;
}

/** The numbers of a list, checked one by one. */
export function readNumbers(cell: Present, field: Field): number[] {
  if (!Array.isArray(cell)) throw misfit(cell, field, 'a list of numbers');
  const read = field.type === 'bigint' ? readInteger : readDouble;
  const numbers = new Array<number>(cell.length);
  for (let index = 0; index < cell.length; index++) numbers[index] = read(cell[index], field);
  return numbers;
}

function misfit(cell: Cell, field: Field, expected: string): TypeError {
  const found = typeof cell === 'string' ? JSON.stringify(cell.slice(0, 40)) : String(cell);
  return new TypeError(`${field.name}: expected ${expected}, was ${found}`);
}
