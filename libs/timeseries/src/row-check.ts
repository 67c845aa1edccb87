import type { ColumnDefinition, ColumnValue, SeriesDefinition, SeriesRow } from './time-series-store.ts';

const EARLIEST_MS = Date.UTC(1600, 0, 1);
const LATEST_MS = Date.UTC(9999, 0, 1);

const EXPECTED = {
  text: 'well-formed text without the character 0',
  bigint: 'a safe integer',
  double: 'a finite number',
  boolean: 'a boolean',
};

/**
 * @param index of the row in the write, for the message of an error
 * @throws TypeError `<series> row <index>, <column>: expected ..., was ...` when a value is not what its column holds
 */
export function checkRow(definition: SeriesDefinition, row: SeriesRow, index: number): void {
  if (!isTime(row.ts)) throw badTime(definition, row.ts, index);
  for (const column of definition.columns) {
    const value = row[column.name];
    if (value === undefined && column.optional) continue;
    if (!fits(column, value)) throw badValue(definition, column, value, index);
  }
}

function fits({ type, length }: ColumnDefinition, value: ColumnValue): boolean {
  if (length === undefined) return holds(type, value);
  return Array.isArray(value) && value.length <= length && value.every((element) => holds(type, element));
}

function holds(type: ColumnDefinition['type'], value: unknown): boolean {
  switch (type) {
    case 'double':
      return isDouble(value);
    case 'bigint':
      return isBigint(value);
    case 'text':
      return isText(value);
    case 'boolean':
      return typeof value === 'boolean';
  }
}

export function isDouble(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export function isBigint(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** Databases keep text as UTF-8, which has nothing for half of a surrogate pair, and end it at the character 0. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0') && value.isWellFormed();
}

/** A time in ms of the years 1600 to 9998: one of our days in microseconds is none. */
export function isTime(ts: number): boolean {
  return ts >= EARLIEST_MS && ts < LATEST_MS;
}

/** The error of a row whose time is none. */
export function badTime({ name }: SeriesDefinition, ts: unknown, index: number): TypeError {
  return refusal(`${name} row ${index}, ts`, 'ms since epoch', ts);
}

/** The error of a row that has a value which its column cannot hold. */
export function badValue(
  { name }: SeriesDefinition,
  { name: columnName, type, length, optional }: ColumnDefinition,
  value: unknown,
  index: number,
): TypeError {
  const one = length === undefined ? EXPECTED[type] : `at most ${length} values, each ${EXPECTED[type]}`;
  return refusal(`${name} row ${index}, ${columnName}`, optional ? `${one}, or undefined` : one, value);
}

function refusal(where: string, expected: string, value: unknown): TypeError {
  const found = typeof value === 'string' ? JSON.stringify(value) : Array.isArray(value) ? `[${value}]` : String(value);
  return new TypeError(`${where}: expected ${expected}, was ${found}`);
}
