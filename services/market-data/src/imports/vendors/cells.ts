import { type FileRow, RowError } from './vendor-row.ts';

const PLAIN_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** @throws RowError where the cell is absent or empty */
export function textCell({ cells }: FileRow, column: string): string {
  const value = cells[column];
  const text = value instanceof Date ? value.toISOString().slice(0, 19).replace('T', ' ') : String(value ?? '').trim();
  if (text === '') throw new RowError(`${column}: expected a value, was empty`);
  return text;
}

/** @throws RowError where the cell is not a plain finite number */
export function numberCell(row: FileRow, column: string): number {
  const text = textCell(row, column);
  const value = Number(text);
  if (!PLAIN_NUMBER.test(text) || !Number.isFinite(value))
    throw new RowError(`${column}: expected a number, was '${text.slice(0, 40)}'`);
  return value;
}

/** `value * factor` as a whole number: volumes given in lots or thousands are whole in shares. */
export function scaledInteger(value: number, factor: number): number {
  return Math.round(value * factor);
}
